extension CustomerWords {
  static let english = CustomerWords(
    language: "en",
    Lists(
      greetings: """
        hello, hi, hey, hiya, howdy, good morning, good afternoon, good evening, good day
        greetings, hello there, hi there, hey there, hi again, hello again, how are you
        how are you doing, how are you today, how is it going, how's it going
        i hope you are well, i hope you are doing well, nice to meet you, good to see you
        """,
      thanks: """
        thank you, thanks, thank you very much, thanks a lot, many thanks, thank you so much
        thx, ty, cheers, much appreciated, i appreciate it, thanks in advance
        thank you in advance, thanks for your help, thank you for your help, that helps
        that helped, you have been very helpful
        """,
      goodbyes: """
        bye, goodbye, good bye, bye bye, see you, see you later, see you soon, see you tomorrow
        have a nice day, have a good day, have a great day, have a good one, good night
        have a nice weekend, take care, talk to you later, kind regards, best regards, regards
        best wishes, that is all, that's all, that was all, nothing else
        """,
      fillers: """
        very much, so much, so, ok, okay, great, perfect, again, everyone, team, there, and, for
        a lot, your, help, sir, madam, all, the, quick, reply, answer, response, now, then
        support, friend, guys, oh, well, wonderful, awesome, cool, nice, lovely, got it
        """,
      conjunctions: "and, but, or, then, so, plus",
      additions: """
        and also, also, and another thing, another question, one more thing, and one more thing
        and besides, in addition, additionally, furthermore, and secondly, secondly
        and by the way, by the way, btw, and finally, finally, oh and also
        """,
      openers: """
        what, whats, where, wheres, when, who, whose, which, why, how, can i, can you, can we
        can my, can the, could i, could you, could we, may i, will you, will it, will my, will the
        would you, would it, do you, do i, do they, do we, do the, does it, does the, does my
        does your, does this, did you, did my, is it, is the, is there, is my, is this, is that
        is your, are you, are there, are the, are my, are your, are these, are they, was my
        has my, has the, have you, have i, should i, shall i, i want, i wanted, i need, i would
        i'd like, id like, i wish, i have a question, i'm looking, im looking, i am looking
        i was wondering, i wonder, please, tell me, show me, send me, give me, let me, help me
        we want, we need, we would, we'd like, any chance, anything, cancel, change, book
        reserve, check, track, recommend, explain
        """,
      subordinators: "if, when i, when my, when we, since, because, although, while, as",
      unfinished: """
        a, an, the, my, your, this, these, some, any, to, of, for, with, in, on, at, from, by
        about, is, are, was, were, am, do, does, did, have, has, can, could, would, will, should
        i, you, want, need, like, get, and, or, but, if, that, what, which, how, much, many
        """,
      emergencies: """
        emergency, urgent, urgently, asap, as soon as possible, immediately, bleeding, injured
        injury, accident, gas leak, on fire, caught fire, allergic reaction, stolen, fraud
        fraudulent, hacked, scammed, danger, dangerous, unauthorised, unauthorized, life or death
        electric shock, hospital
        """,
      complaints: """
        complaint, complain, broken, broke, damaged, defective, faulty, does not work
        doesn't work, doesnt work, not working, isnt working, stopped working, never arrived
        not arrived, hasn't arrived, hasnt arrived, did not arrive, didn't arrive, didnt arrive
        still waiting, not received, never received, didn't receive, haven't received
        missing, wrong item, wrong size, wrong order, wrong product, disappointed, unacceptable
        terrible, awful, angry, furious, lost my, is late, too late, very late, still late
        delayed, ripped, fell apart, leaking, cracked, ruined
        """,
      cancellations: """
        cancel, cancellation, terminate, unsubscribe, close my account, delete my account
        revoke, withdraw
        """,
      payments: """
        payment, pay, paid, charged, charge, refund, invoice, bill, billing, credit card
        money back, overcharged, bank transfer, debit, receipt
        """),
    PersonRequestWords(
      contacts: """
        talk, talking, speak, speaking, chat, chatting, connect, connected, transfer
        transferred, forward, forwarded, put me, put us, pass me, escalate, escalated, reach
        hand me, switch, redirect, refer, get through, contact, communicate, get in touch
        get hold, message, deal
        """,
      links: """
        to, with, through, over to, through to, in touch with, hold of, reach, contact, get
        """,
      finals: "",
      wishes: """
        want, need, i'd like, would like, prefer, get me, give me, bring me, find me, get us
        is there, request, requesting, demand
        """,
      determiners: """
        a, an, the, your, some, any, actual, real, live, another, human, one of your
        one of the, one of you, proper, me, us, to, responsible, real life, in the, senior
        sales, support, customer, store, shop, from, service, different, living
        """,
      people: """
        human, humans, human being, real human, person, real person, real people, agent
        agents, live agent, human agent, representative, rep, operator, manager, supervisor
        customer service, customer support, customer care, human support, live support
        live chat, human help, human assistance
        """,
      others: """
        someone, somebody, anyone, anybody, someone else, advisor, adviser, colleague
        employee, member of staff, staff member, staff, team member, support team
        support staff, people, consultant, specialist, your team, the team, service team
        boss, support
        """,
      askers: """
        i, me, us, we, let, please, possible, way, my, you, want, need, like, how, id
        someone
        """,
      followers: """
        please, now, right now, asap, immediately, instead, here, not, rather, today, ok
        okay, thanks, thank you, to talk, to speak, to chat, to call, in the chat, from your
        at once, or i, and not, already, i can, for help
        """,
      negations: """
        don't want, dont want, do not want, don't need, dont need, do not need, no need
        not need, never want, didn't want, do not have, don't have, don't wish, not talk
        not talking, not speak, not speaking, not chat
        """,
      exclusions: """
        without, instead of, tired of, sick of, hate, stop, fed up with, no more, rather not
        don't have to, dont have to, do not have to, no need to, need not
        """,
      robots: """
        bot, bots, robot, robots, machine, machines, chatbot, chat bot, computer, ai
        automated, automaton, program, algorithm
        """,
      phrases: """
        call me back, someone call me, somebody call me, someone contact me
        somebody contact me, someone get back to me, human please, agent please
        representative please, operator please, real person please, live person
        talk to human, speak to human, talk to agent, speak to agent, speak with agent
        need human help, want human help, is anyone there, is anybody there
        is someone there, anybody there
        """))
}
