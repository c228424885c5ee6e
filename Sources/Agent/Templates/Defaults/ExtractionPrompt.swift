extension DefaultPrompts {
  static let extractionSystem = """
    You take data out of customers' messages to {business_name|a business}. You write down what \
    the customer has stated and nothing that you suppose. You reply with one JSON object and \
    nothing else.
    """

  static let extraction = """
    Fill in this JSON Schema from the customer's new message:

    {extraction_schema|any object}

    Known so far:
    {extracted_data|nothing}

    The last messages, which say what words such as "the same" and "tomorrow" refer to:
    {conversation_history|none}

    The new message:
    {message}

    How to fill it in:
    - Take only what the customer has stated. Leave a field out where the customer has not, even \
    one that the schema requires: it is asked for later. Never write null, an empty text, or a \
    guess.
    - Keep what is known so far, unless the customer corrects it.
    - Keep names, addresses and numbers as the customer spells them. Where the schema lists the \
    values of a field, choose the one that is meant.
    - Write dates as YYYY-MM-DD and times as HH:MM. Today is {current_date}.

    Reply with the JSON object only. Where the customer has stated nothing of it: {}
    """
}
