extension CustomerWords {
  static let german = CustomerWords(
    language: "de",
    Lists(
      greetings: """
        hallo, hi, hey, guten tag, guten morgen, guten abend, moin, moin moin, servus, grüß gott
        grüezi, schönen guten tag, tag, hallo zusammen, sehr geehrte damen und herren, wie geht's
        wie geht es ihnen, wie geht es dir, liebes team, hallo nochmal, einen guten tag
        """,
      thanks: """
        danke, danke schön, dankeschön, vielen dank, herzlichen dank, besten dank, danke sehr
        vielen lieben dank, tausend dank, danke im voraus, vielen dank im voraus, lieben dank
        danke für ihre hilfe, vielen dank für ihre hilfe, danke für die hilfe, merci
        das hilft mir, das hilft mir weiter
        """,
      goodbyes: """
        tschüss, tschüß, tschuess, auf wiedersehen, wiedersehen, bis bald, bis später, bis dann
        bis morgen, schönen tag noch, einen schönen tag, schönen abend noch, gute nacht, ciao
        viele grüße, liebe grüße, mit freundlichen grüßen, freundliche grüße, mfg, lg, vg
        beste grüße, schönes wochenende, das war alles, das wäre alles
        """,
      fillers: """
        ok, okay, alles klar, super, prima, toll, sehr, gut, perfekt, und, ihnen, dir, euch, noch
        nochmal, für, die, den, das, schnelle, antwort, hilfe, rückmeldung, ihre, auch, schönen
        ja, dann, so, team, zusammen, na, ach, wunderbar, klasse, einen, ebenfalls
        """,
      conjunctions: "und, aber, oder, dann, sowie",
      additions: """
        und außerdem, außerdem, und noch etwas, noch etwas, noch eine frage, und noch eine frage
        zweitens, und zweitens, ferner, des weiteren, darüber hinaus, übrigens, und übrigens
        eine weitere frage, und auch, und dann noch
        """,
      openers: """
        was, wo, wann, wer, wen, wem, wessen, welche, welcher, welches, welchen, warum, wieso
        weshalb, wie, wieviel, wohin, woher, womit, wofür, worauf, kann ich, kann man, kann mein
        kann die, kann der, kann das, können sie, können wir, koennen sie, kannst du, könnten sie
        könntest du, könnte ich, darf ich, dürfte ich, haben sie, hast du, habt ihr, gibt es
        gibts, ist es, ist das, ist der, ist die, ist mein, ist meine, sind die, sind meine
        sind sie, sind das, ich möchte, ich moechte, ich will, ich wollte, ich würde, ich brauche
        ich benötige, ich hätte, ich suche, ich habe eine frage, wir möchten, wir brauchen, bitte
        möchte, brauche, suche, liefern sie, verkaufen sie, bieten sie, bietet ihr, werden sie
        wird mein, wird die, wird der, wird das, muss ich, müssen wir, soll ich, sollte ich
        würden sie, nehmen sie, akzeptieren sie, versenden sie, passt, passen, hat der, hat die
        hat das, hat mein, habe ich, sagen sie, zeigen sie, schicken sie, senden sie, geben sie
        helfen sie, stornieren, stornieren sie, kündigen, welcher, geht das, lässt sich
        """,
      subordinators: "wenn, falls, da, weil, obwohl, während, sobald, wie ich, als",
      unfinished: """
        der, die, das, den, dem, ein, eine, einen, einem, einer, mein, meine, meinen, ihr, ihre
        zu, von, für, mit, in, im, an, am, auf, bei, aus, über, ist, sind, war, haben, hat, kann
        können, will, möchte, brauche, suche, sie, ich, du, es, und, oder, aber, dass, ob, wie
        was, welche, gibt
        """,
      emergencies: """
        notfall, dringend, sofort, eilig, unverzüglich, blutet, verletzt, verletzung, unfall
        gasleck, brennt, feuer gefangen, allergische reaktion, gestohlen, betrug, betrogen
        gehackt, gefahr, gefährlich, unbefugt, stromschlag, krankenhaus, so schnell wie möglich
        """,
      complaints: """
        beschwerde, beschweren, reklamation, reklamieren, kaputt, defekt, beschädigt
        funktioniert nicht, geht nicht mehr, nicht angekommen, nie angekommen, nicht erhalten
        nicht bekommen, noch nicht da, warte immer noch, immer noch nicht, fehlt, fehlen
        falscher artikel, falsche größe, falschen artikel, falsche ware, falsche bestellung
        enttäuscht, unverschämt, unmöglich, schrecklich, verärgert, wütend, verspätet
        verspätung, zerbrochen, mangelhaft, gerissen, undicht
        """,
      cancellations: """
        stornieren, storno, stornierung, kündigen, kündigung, abbestellen, widerrufen, widerruf
        absagen, konto löschen, abmelden
        """,
      payments: """
        zahlung, bezahlung, bezahlen, zahlen, bezahlt, rechnung, erstattung, rückerstattung
        erstatten, abgebucht, abbuchung, geld zurück, kreditkarte, überweisung, lastschrift
        gutschrift, doppelt belastet, mahnung, quittung
        """),
    PersonRequestWords(
      contacts: """
        sprechen, reden, telefonieren, chatten, verbinden, verbinde, verbunden, durchstellen
        stellen, weiterleiten, leiten, schreiben, weitergeleitet, kontaktieren
        kommunizieren, unterhalten, kontakt, verbindung, wenden, übergeben, vermitteln
        weiterverbinden
        """,
      links: "mit, zu, zum, zur, an, kontaktieren",
      finals: "sprechen, erreichen, kontaktieren, anrufen, spreche, erreiche",
      wishes: """
        will, möchte, moechte, brauche, benötige, hätte gerne, hätte gern, geben sie mir
        gib mir, gibt es, hol mir, holen sie mir, verlange, bitte
        """,
      determiners: """
        ein, eine, einen, einem, einer, der, die, den, dem, das, echten, echter, echte
        echtes, richtigen, richtige, richtiger, realen, lebenden, anderen, ihrer, ihrem
        ihren, ihr, euren, eurem, menschlichen, menschlicher, mir, irgendeinem, jemand
        jemandem, jemanden, zuständigen, bitte, hier, endlich, von, aus, vom
        """,
      people: """
        mensch, menschen, person, mitarbeiter, mitarbeitern, mitarbeiterin, berater
        beraterin, kundenservice, kundenberater, kundenbetreuer, kundenbetreuung, operator
        ansprechpartner, ansprechpartnerin, servicemitarbeiter, agent, agenten
        menschliche hilfe
        """,
      others: """
        jemand, jemandem, jemanden, kundendienst, vorgesetzten, vorgesetzter, chef, chefin
        team, kollegen, kollegin, sachbearbeiter, filialleiter, leiter, geschäftsführer
        hotline, support, personen
        """,
      askers: """
        ich, mich, mir, wir, uns, bitte, möglich, möchte, will, kann, könnte, moechte, darf
        man, verbinden sie, verbinde
        wie
        """,
      followers: """
        bitte, jetzt, sofort, hier, nicht, keinen, statt, anstatt, heute, danke, der
        sprechen, kontaktieren, erreichen, dafür, im chat, reden, ok, endlich
        """,
      negations: """
        nicht mit, nicht mehr mit, kein, keinen, keine, keinem, keiner, nicht, nicht nötig
        """,
      exclusions: "ohne, statt, anstatt, satt, leid, genervt von",
      robots: """
        bot, bots, roboter, chatbot, maschine, computer, ki, automat, programm, algorithmus
        chat bot, automaten, robotern
        """,
      phrases: """
        rufen sie mich zurück, rufen sie mich bitte zurück, ruft mich zurück, rückruf bitte
        bitte um rückruf, ich bitte um rückruf, ruf mich zurück, mitarbeiter bitte
        mensch bitte, kann mich jemand anrufen, kann mich jemand zurückrufen, ist da jemand
        ist hier jemand
        """))
}
