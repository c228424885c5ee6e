extension CustomerWords {
  static let dutch = CustomerWords(
    language: "nl",
    Lists(
      greetings: """
        hallo, hoi, hi, hey, hé, goedemorgen, goedemiddag, goedenavond, goedendag, goede morgen
        goede middag, goede avond, dag, beste, geachte heer, geachte mevrouw, hoe gaat het
        hoe gaat het met u, hallo allemaal, beste team, geachte heer mevrouw
        """,
      thanks: """
        bedankt, dank je, dank u, dankjewel, dank je wel, dankuwel, dank u wel, hartelijk dank
        heel erg bedankt, hartelijk bedankt, bij voorbaat dank, alvast bedankt, veel dank, dank
        bedankt voor de hulp, bedankt voor uw hulp, bedankt voor je hulp, thanks
        """,
      goodbyes: """
        doei, tot ziens, tot straks, tot later, tot morgen, fijne dag, fijne dag nog
        prettige dag, prettige dag verder, fijne avond, goede nacht, welterusten, groetjes
        groeten, met vriendelijke groet, vriendelijke groet, mvg, fijn weekend, dat was alles
        dat is alles, tot gauw, dag hoor
        """,
      fillers: """
        ok, oké, okay, prima, top, super, perfect, heel, erg, goed, en, voor, de, het, uw, je
        snelle, antwoord, reactie, hulp, allemaal, nog, weer, dan, mooi, fijn, ja, ook, een
        helder, duidelijk, verder
        """,
      conjunctions: "en, maar, of, dan, plus",
      additions: """
        en ook, daarnaast, en daarnaast, bovendien, en bovendien, nog een vraag
        en nog een vraag, nog iets, en nog iets, ten tweede, trouwens, en trouwens, verder
        en verder, tot slot, en tot slot
        """,
      openers: """
        wat, waar, wanneer, wie, welke, welk, waarom, hoe, hoeveel, hoelang, waarmee, kan ik
        kan je, kan men, kan mijn, kan de, kan het, kunt u, kun je, kunnen we, kunnen jullie
        kunnen wij, zou ik, zou u, zou je, zouden jullie, mag ik, mogen we, heeft u, heb je
        hebben jullie, hebt u, is er, is het, is de, is mijn, is dit, zijn er, zijn de, zijn jullie
        zijn mijn, ik wil, ik wilde, ik zou, ik heb een vraag, ik heb nodig, ik zoek
        ik ben op zoek, wij willen, we willen, graag, alstublieft, alsjeblieft, leveren jullie
        levert u, verkopen jullie, verkoopt u, accepteren jullie, verzenden jullie, doen jullie
        moet ik, moeten we, wordt mijn, wordt de, werkt het, gaat het, heeft de, heeft het
        past, vertel, stuur, geef, laat, help mij, help me, annuleer, annuleren, op welke
        in welke, bieden jullie, ik heb hulp
        """,
      subordinators: "als, omdat, hoewel, terwijl, wanneer ik, zodra, aangezien",
      unfinished: """
        de, het, een, mijn, uw, je, jullie, deze, dit, die, dat, te, van, voor, met, in, op, aan
        bij, uit, over, naar, is, zijn, was, heb, heeft, hebben, kan, kunt, wil, zou, zoek, ik, u
        en, of, maar, dat, wat, welke, hoe, hoeveel
        """,
      emergencies: """
        noodgeval, spoed, spoedgeval, dringend, onmiddellijk, direct hulp, bloedt, gewond
        gewonde, ongeluk, ongeval, gaslek, in brand, allergische reactie, gestolen, fraude
        gehackt, opgelicht, oplichting, gevaar, gevaarlijk, zo snel mogelijk, ziekenhuis
        """,
      complaints: """
        klacht, klagen, kapot, stuk, beschadigd, defect, werkt niet, doet het niet
        niet aangekomen, nooit aangekomen, niet ontvangen, nooit ontvangen, nog niet binnen
        nog steeds niet, wacht nog steeds, ontbreekt, ontbreken, verkeerd artikel, verkeerde
        teleurgesteld, onacceptabel, verschrikkelijk, schandalig, boos, woedend, vertraagd
        vertraging, te laat, gescheurd, lekt
        """,
      cancellations: """
        annuleren, annuleer, annulering, opzeggen, opzegging, afmelden, uitschrijven, herroepen
        account verwijderen, afzeggen
        """,
      payments: """
        betaling, betalen, betaald, factuur, rekening, terugbetaling, terugbetalen, terugbetaald
        afgeschreven, incasso, geld terug, creditcard, overboeking, aanmaning, bonnetje
        """),
    PersonRequestWords(
      contacts: """
        praten, praat, spreken, spreek, chatten, verbinden, verbind, doorverbinden
        doorverbonden, doorschakelen, contact, bellen, overleggen, doorsturen, communiceren
        schakel, te woord
        """,
      links: "met, naar, aan, door",
      finals: "spreken, bereiken, bellen, spreek",
      wishes: """
        wil, wil graag, zou graag, nodig, geef mij, geef me, mag ik, liever, graag, eis
        wens
        """,
      determiners: """
        een, de, het, echt, echte, ander, andere, jullie, uw, levend, levende, menselijke
        iemand, van, van de, van het, anders, gewoon, wel
        """,
      people: """
        mens, persoon, echt persoon, medewerker, medewerkers, medewerkster, klantenservice
        agent, operator, manager, vertegenwoordiger, servicemedewerker
        """,
      others: """
        iemand, mensen, klantendienst, adviseur, leidinggevende, collega, chef, helpdesk
        support, specialist, baas, team, verkoper
        """,
      askers: """
        ik, mij, me, we, wij, ons, mag, kan, kunt, kun, graag, mogelijk, wil, verbind, aub
        hoe
        """,
      followers: """
        aub, alstublieft, alsjeblieft, a u b, svp, nu, direct, meteen, hier, niet, geen
        graag, bedankt, spreken, nodig, in plaats, aan de lijn
        """,
      negations: "niet, geen, nooit",
      exclusions: "zonder, in plaats van, zat, moe van",
      robots: """
        robot, robots, bot, bots, chatbot, machine, computer, ai, automaat, programma
        algoritme
        """,
      phrases: """
        bel mij terug, bel me terug, kunt u mij terugbellen, kan iemand mij bellen
        kan iemand me bellen, teruggebeld worden, medewerker aub, medewerker graag
        medewerker alstublieft, is daar iemand, is er iemand
        """))
}
