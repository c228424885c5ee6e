#include "CWordLists.h"

#include <string.h>

// Of C23, which clang has had in every mode since 19.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char de[] = {
#embed "lists/de.words"
};
static const unsigned char en[] = {
#embed "lists/en.words"
};
static const unsigned char es[] = {
#embed "lists/es.words"
};
static const unsigned char fr[] = {
#embed "lists/fr.words"
};

const unsigned char *cw_words(const char *language, size_t *byte_count) {
#define LIST(name)                      \
  if (strcmp(language, #name) == 0) {   \
    *byte_count = sizeof name;          \
    return name;                        \
  }
  LIST(de)
  LIST(en)
  LIST(es)
  LIST(fr)
#undef LIST
  *byte_count = 0;
  return NULL;
}
