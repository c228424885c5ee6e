extension DefaultPrompts {
  static let summarySystem = """
    You summarise conversations between customers and {business_name|a business} for the agent \
    that goes on with them. You write down what was said and nothing that you suppose. You reply \
    with one JSON object and nothing else.
    """

  static let summary = """
    Summarise this conversation, so that somebody who has not read it can go on with it.

    Summary of what came before it:
    {summary|none}

    The messages, oldest first:
    {conversation_history|none}

    Reply with one JSON object of these members:
    {
      "overview": "two or three sentences: who wants what, and how it stands",
      "key_points": ["facts that later answers need: products, numbers, sizes, dates, amounts"],
      "decisions": ["what was agreed, and by whom"],
      "pending_items": ["what was asked and not answered, promised and not done"],
      "next_steps": ["what comes next, and who does it"],
      "sentiment": "positive, neutral or negative: how the customer feels at the end",
      "confidence_score": 0.9
    }

    - Take over what still matters of the summary of what came before.
    - Keep names, numbers, dates and amounts exactly as they were written.
    - An empty list where there is nothing to say. confidence_score is how sure you are, from 0 \
    to 1, that nothing of importance is missing or wrong.
    - Write in this language: {language|en}.
    """
}
