extension Phrases {
  static let english = Phrases(
    handingOver: "I am passing this on to a colleague, who will answer you here.",
    failed: "I am sorry, I cannot answer this right now. A colleague will get back to you.",
    nothingFound:
      "I did not find anything about that in what I know. Shall a colleague answer you?",
    thanks: "You are welcome! Is there anything else I can do for you?",
    goodbye: "Goodbye, and thank you for your message!",
    apologyForForgotten: "I am sorry, I missed your question. Here is the answer:",
    askingFor: { "Please tell me: \($0)." },
    suggestingThing: { "You may also be interested in \($0)." },
    goesWith: { "It goes with \($0)." },
    greetingBy: { "Hello! I am \($0) from \($1). How can I help you?" },
    welcomingBack: {
      "Welcome back! Last time we spoke about \($0). Shall we go on with that, or start afresh?"
    },
    welcomingBackWithoutTopic:
      "Welcome back! Shall we go on where we stopped, or start afresh?")

  static let german = Phrases(
    handingOver: "Ich gebe das an eine Kollegin oder einen Kollegen weiter; Sie erhalten hier "
      + "eine Antwort.",
    failed: "Es tut mir leid, das kann ich gerade nicht beantworten. Jemand aus unserem Team "
      + "meldet sich bei Ihnen.",
    nothingFound: "Dazu habe ich in meinen Unterlagen nichts gefunden. Soll Ihnen jemand aus "
      + "unserem Team antworten?",
    thanks: "Gern geschehen! Kann ich noch etwas für Sie tun?",
    goodbye: "Auf Wiedersehen und danke für Ihre Nachricht!",
    apologyForForgotten: "Entschuldigung, ich habe Ihre Frage übersehen. Hier ist die Antwort:",
    askingFor: { "Bitte nennen Sie mir: \($0)." },
    suggestingThing: { "Vielleicht interessiert Sie auch: \($0)." },
    goesWith: { "Es passt zu \($0)." },
    greetingBy: { "Guten Tag! Ich bin \($0) von \($1). Wie kann ich Ihnen helfen?" },
    welcomingBack: {
      "Willkommen zurück! Zuletzt ging es um: \($0). Möchten Sie dort weitermachen oder neu "
        + "beginnen?"
    },
    welcomingBackWithoutTopic:
      "Willkommen zurück! Möchten Sie dort weitermachen, wo wir waren, oder neu beginnen?")

  static let french = Phrases(
    handingOver: "Je transmets votre demande à un collègue, qui vous répondra ici.",
    failed: "Je suis désolé, je ne peux pas répondre à cela pour le moment. Un collègue reviendra "
      + "vers vous.",
    nothingFound: "Je n'ai rien trouvé à ce sujet dans mes informations. Souhaitez-vous qu'un "
      + "collègue vous réponde ?",
    thanks: "Avec plaisir ! Puis-je faire autre chose pour vous ?",
    goodbye: "Au revoir, et merci pour votre message !",
    apologyForForgotten: "Je suis désolé, je n'avais pas répondu à votre question. Voici la "
      + "réponse :",
    askingFor: { "Merci de m'indiquer : \($0)." },
    suggestingThing: { "Ceci pourrait aussi vous intéresser : \($0)." },
    goesWith: { "Cela va avec \($0)." },
    greetingBy: { "Bonjour ! Je suis \($0), de \($1). Comment puis-je vous aider ?" },
    welcomingBack: {
      "Heureux de vous revoir ! Nous parlions de : \($0). Voulez-vous continuer ou repartir de "
        + "zéro ?"
    },
    welcomingBackWithoutTopic:
      "Heureux de vous revoir ! Voulez-vous continuer là où nous en étions ou repartir de zéro ?")

  static let spanish = Phrases(
    handingOver: "Paso su consulta a un compañero, que le responderá aquí.",
    failed: "Lo siento, ahora mismo no puedo responder a esto. Un compañero se pondrá en contacto "
      + "con usted.",
    nothingFound: "No he encontrado nada sobre eso en mi información. ¿Quiere que le responda un "
      + "compañero?",
    thanks: "¡De nada! ¿Puedo ayudarle en algo más?",
    goodbye: "¡Hasta pronto y gracias por su mensaje!",
    apologyForForgotten: "Lo siento, se me pasó su pregunta. Aquí tiene la respuesta:",
    askingFor: { "Por favor, indíqueme: \($0)." },
    suggestingThing: { "Quizá también le interese: \($0)." },
    goesWith: { "Combina con \($0)." },
    greetingBy: { "¡Hola! Soy \($0), de \($1). ¿En qué puedo ayudarle?" },
    welcomingBack: {
      "¡Bienvenido de nuevo! La última vez hablamos de: \($0). ¿Quiere continuar o empezar de "
        + "nuevo?"
    },
    welcomingBackWithoutTopic:
      "¡Bienvenido de nuevo! ¿Quiere continuar donde lo dejamos o empezar de nuevo?")

  static let italian = Phrases(
    handingOver: "Passo la sua richiesta a un collega, che le risponderà qui.",
    failed: "Mi dispiace, in questo momento non posso rispondere. Un collega la ricontatterà.",
    nothingFound: "Non ho trovato nulla al riguardo nelle mie informazioni. Vuole che le risponda "
      + "un collega?",
    thanks: "Prego! Posso fare altro per lei?",
    goodbye: "Arrivederci e grazie per il suo messaggio!",
    apologyForForgotten: "Mi scusi, non avevo risposto alla sua domanda. Ecco la risposta:",
    askingFor: { "Per favore, mi indichi: \($0)." },
    suggestingThing: { "Potrebbe interessarle anche: \($0)." },
    goesWith: { "Si abbina a \($0)." },
    greetingBy: { "Buongiorno! Sono \($0), di \($1). Come posso aiutarla?" },
    welcomingBack: {
      "Bentornato! L'ultima volta abbiamo parlato di: \($0). Vuole continuare o ricominciare da "
        + "capo?"
    },
    welcomingBackWithoutTopic:
      "Bentornato! Vuole continuare da dove eravamo rimasti o ricominciare da capo?")

  static let dutch = Phrases(
    handingOver: "Ik geef dit door aan een collega, die u hier antwoord geeft.",
    failed: "Het spijt me, dit kan ik nu niet beantwoorden. Een collega neemt contact met u op.",
    nothingFound: "Daarover heb ik in mijn informatie niets gevonden. Zal een collega u "
      + "antwoorden?",
    thanks: "Graag gedaan! Kan ik nog iets voor u doen?",
    goodbye: "Tot ziens en bedankt voor uw bericht!",
    apologyForForgotten: "Het spijt me, ik heb uw vraag gemist. Hier is het antwoord:",
    askingFor: { "Kunt u mij dit laten weten: \($0)?" },
    suggestingThing: { "Misschien vindt u dit ook interessant: \($0)." },
    goesWith: { "Past bij \($0)." },
    greetingBy: { "Hallo! Ik ben \($0) van \($1). Waarmee kan ik u helpen?" },
    welcomingBack: {
      "Welkom terug! De vorige keer ging het over: \($0). Wilt u daarmee verdergaan of opnieuw "
        + "beginnen?"
    },
    welcomingBackWithoutTopic:
      "Welkom terug! Wilt u verdergaan waar we gebleven waren of opnieuw beginnen?")

  static let portuguese = Phrases(
    handingOver: "Vou passar o seu pedido a um colega, que lhe responderá aqui.",
    failed: "Lamento, não consigo responder a isto agora. Um colega entrará em contacto consigo.",
    nothingFound: "Não encontrei nada sobre isso nas minhas informações. Quer que um colega lhe "
      + "responda?",
    thanks: "De nada! Posso ajudar em mais alguma coisa?",
    goodbye: "Até breve e obrigado pela sua mensagem!",
    apologyForForgotten: "Peço desculpa, a sua pergunta ficou sem resposta. Aqui está a resposta:",
    askingFor: { "Por favor, indique-me: \($0)." },
    suggestingThing: { "Talvez também lhe interesse: \($0)." },
    goesWith: { "Combina com \($0)." },
    greetingBy: { "Olá! Sou \($0), de \($1). Como posso ajudar?" },
    welcomingBack: {
      "Bem-vindo de volta! O último assunto foi: \($0). Quer continuar ou começar de "
        + "novo?"
    },
    welcomingBackWithoutTopic:
      "Bem-vindo de volta! Quer continuar a conversa anterior ou começar de novo?")
}
