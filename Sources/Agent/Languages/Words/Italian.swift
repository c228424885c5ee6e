extension CustomerWords {
  static let italian = CustomerWords(
    language: "it",
    Lists(
      greetings: """
        ciao, salve, buongiorno, buon giorno, buonasera, buona sera, buon pomeriggio, come va
        come stai, come sta, ehi, gentile team, gentili signori, ciao di nuovo, ciao a tutti
        """,
      thanks: """
        grazie, grazie mille, mille grazie, molte grazie, tante grazie, grazie tante, la ringrazio
        ti ringrazio, vi ringrazio, grazie in anticipo, ringrazio anticipatamente
        grazie per l'aiuto, grazie dell'aiuto, grazie per la risposta, grazie infinite
        """,
      goodbyes: """
        arrivederci, arrivederla, a presto, a dopo, a domani, buona giornata, buona serata
        buonanotte, buona notte, buon fine settimana, buon weekend, ci vediamo, cordiali saluti
        distinti saluti, saluti, un saluto, è tutto, questo è tutto, addio
        """,
      fillers: """
        ok, va bene, perfetto, ottimo, benissimo, bene, e, per, la, il, l, vostra, vostro, rapida
        risposta, aiuto, molto, tutti, a tutti, ancora, allora, anche a lei, a voi, a lei, sì
        d'accordo, gentile, gentilissimi, di nuovo, anche, tutto
        """,
      conjunctions: "e, ed, ma, o, oppure, poi, quindi",
      additions: """
        e anche, inoltre, e inoltre, un'altra domanda, e un'altra domanda, un'altra cosa
        e un'altra cosa, poi anche, e poi, infine, e infine, tra l'altro, in secondo luogo
        """,
      openers: """
        che, cosa, che cosa, cos'è, chi, quando, dove, dov'è, come, quanto, quanta, quanti
        quante, quale, quali, qual è, perché, posso, puoi, può, potete, possiamo, potrei
        potrebbe, potreste, si può, avete, ha, hai, c'è, ci sono, è possibile, è il, è la
        è disponibile, sono disponibili, fate, spedite, vendete, accettate, consegnate, voglio
        vorrei, vorremmo, ho bisogno, mi serve, mi servono, cerco, sto cercando
        ho una domanda, una domanda, volevo, desidero, per favore, per cortesia, mi dica, dimmi
        mi mostri, mi mandi, mi dia, mi aiuti, mi può, mi puoi, mi potete, mi potrebbe
        annullare, annullate, a che, di che, in che, da quando, devo, dobbiamo, mi consigliate
        """,
      subordinators: "se, quando ho, perché ho, siccome, poiché, mentre, anche se, dato che",
      unfinished: """
        il, lo, la, i, gli, le, l, un, uno, una, mio, mia, miei, vostro, vostra, di, del, della
        da, dal, a, al, alla, in, nel, con, su, per, è, sono, ha, ho, avete, posso, voglio
        vorrei, cerco, e, o, ma, che, se, cosa, quale, quanto
        """,
      emergencies: """
        emergenza, urgente, urgentemente, urgenza, immediatamente, subito, sanguina, ferito
        ferita, incidente, fuga di gas, in fiamme, reazione allergica, rubato, rubata, frode
        truffa, truffato, hackerato, pericolo, pericoloso, pericolosa, al più presto, ospedale
        non autorizzato, non autorizzata
        """,
      complaints: """
        reclamo, lamentela, lamentarmi, rotto, rotta, rotti, danneggiato, danneggiata
        difettoso, difettosa, non funziona, non funzionano, ha smesso di funzionare
        non è arrivato, non è arrivata, non è ancora arrivato, mai arrivato, non ho ricevuto
        non ho ancora ricevuto, sto ancora aspettando, manca, mancano, sbagliato, sbagliata
        articolo sbagliato, taglia sbagliata, deluso, delusa, inaccettabile, pessimo, terribile
        vergognoso, arrabbiato, furioso, in ritardo, ritardo, strappato
        """,
      cancellations: """
        annullare, annullamento, cancellare, cancellazione, disdire, disdetta, recesso, recedere
        chiudere il mio account, eliminare il mio account, disiscrivermi
        """,
      payments: """
        pagamento, pagare, pagato, addebito, addebitato, addebitata, fattura, rimborso
        rimborsare, rimborsato, carta di credito, bonifico, soldi indietro, ricevuta, bolletta
        """),
    PersonRequestWords(
      contacts: """
        parlare, parlo, chattare, comunicare, contattare, collegare, collegatemi, collegarmi
        collegami, mettere, mettermi, mettetemi, mettimi, passare, passarmi, passatemi
        passami, passi, trasferire, trasferitemi, trasferirmi, trasferiscimi, contatto
        rivolgermi, discutere, connettere, connettimi, mi passi
        """,
      links: """
        con, a, ad, all, al, in contatto con, contattare, passatemi, passami, mi passi
        passarmi
        """,
      finals: "",
      wishes: """
        voglio, vorrei, ho bisogno, mi dia, datemi, dammi, preferisco, preferirei, esigo
        passatemi, passami, mi passi, mi serve, richiedo, desidero, pretendo
        """,
      determiners: """
        un, uno, una, il, lo, la, l, gli, di, del, dell, della, qualche, vero, vera, altro
        altra, vostro, vostra, vostri, che sia, mio, in, da
        """,
      people: """
        umano, umana, essere umano, persona, persona reale, persona vera, persona umana
        operatore, operatrice, operatori, operatore umano, agente, consulente
        rappresentante, responsabile, assistenza clienti, servizio clienti, manager
        """,
      others: """
        qualcuno, addetto, addetta, assistenza, supporto, direttore, supervisore, impiegato
        collega, persone, titolare, capo, commesso, commessa, team
        """,
      askers: """
        io, mi, me, voglio, vorrei, posso, potrei, possibile, possiamo, può, puoi, potete
        ci, per favore, bisogno, preferisco, passatemi, passami, mettetemi, collegatemi
        desidero, potrebbe, fatemi, fammi, trasferitemi, collegami, esigo
        come
        """,
      followers: """
        per favore, per cortesia, adesso, ora, subito, qui, non, grazie, invece, reale, vero
        vera, umano, umana, immediatamente, con cui, al telefono, in chat, oggi
        """,
      negations: "non, nessun",
      exclusions: """
        senza, invece di, al posto di, stanco di, stufo di, stufa di, stanca di, basta
        """,
      robots: """
        robot, bot, chatbot, macchina, macchine, computer, ia, intelligenza artificiale
        risponditore, programma, algoritmo, automatico
        """,
      phrases: """
        richiamatemi, mi richiami, mi richiamate, essere richiamato, essere richiamata
        operatore per favore, umano per favore, operatore grazie, c'è qualcuno
        qualcuno mi chiami, qualcuno può chiamarmi, qualcuno può richiamarmi
        potete chiamarmi, potete richiamarmi
        """))
}
