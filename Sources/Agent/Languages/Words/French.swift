extension CustomerWords {
  static let french = CustomerWords(
    language: "fr",
    Lists(
      greetings: """
        bonjour, bonsoir, salut, coucou, hello, bonjour à tous, bonjour madame, bonjour monsieur
        madame, monsieur, rebonjour, comment allez vous, comment ça va, ça va, chère équipe
        """,
      thanks: """
        merci, merci beaucoup, merci bien, mille mercis, un grand merci, grand merci
        je vous remercie, merci d'avance, merci par avance, merci pour votre aide
        je vous remercie d'avance, merci infiniment, merci à vous
        """,
      goodbyes: """
        au revoir, à bientôt, à plus tard, à plus, à demain, bonne journée, bonne soirée
        bonne nuit, bon week-end, bonne fin de journée, cordialement, bien cordialement
        bien à vous, salutations, adieu, c'est tout, ce sera tout, excellente journée
        """,
      fillers: """
        ok, d'accord, parfait, super, très bien, et, pour, votre, votre aide, la, le, l
        rapide, réponse, réponse rapide, aide, encore, alors, bien, à vous aussi, vous aussi
        tous, toutes, génial, excellent, oui, de
        """,
      conjunctions: "et, mais, ou, puis, donc",
      additions: """
        et aussi, et également, aussi, par ailleurs, et par ailleurs, en plus, et en plus
        autre question, une autre question, et une autre question, autre chose, de plus
        deuxièmement, enfin, et enfin, et puis, et sinon, sinon
        """,
      openers: """
        quel, quelle, quels, quelles, qui, que, quoi, quand, où est, où sont, où en est, où se
        où puis, où peut, où je, où, comment, combien, pourquoi, lequel, laquelle, est ce que
        est ce qu, qu'est ce, puis je, peut on, pouvez vous, pourriez vous, pourrais je
        peux tu, peux je, avez vous, as tu, y a t il, il y a, est il, est elle, est ce
        sont ils, sont elles, êtes vous, acceptez vous, livrez vous, vendez vous, proposez vous
        faites vous, faut il, dois je, je veux, je voudrais, je souhaite, je souhaiterais
        j'aimerais, j'ai besoin, je cherche, je recherche, j'ai une question, je désire
        nous voulons, nous voudrions, nous souhaitons, on voudrait, s'il vous plaît, svp
        dites moi, montrez moi, envoyez moi, donnez moi, aidez moi, annulez, annuler
        peut il, vais je, ma commande est elle, à quelle, de quelle, dans quel
        """,
      subordinators: "si, quand je, parce, puisque, comme, lorsque, alors que, dès que",
      unfinished: """
        le, la, les, l, un, une, des, du, de, d, mon, ma, mes, votre, vos, ce, cette, ces, à, au
        aux, pour, avec, dans, sur, en, chez, est, sont, a, ont, ai, avez, peux, veux, voudrais
        cherche, je, vous, et, ou, mais, si, que, qu, quel, quelle, comment, combien
        """,
      emergencies: """
        urgence, urgent, urgente, immédiatement, tout de suite, au plus vite, saigne, blessé
        blessée, blessure, accident, fuite de gaz, en feu, prend feu, réaction allergique, volé
        volée, fraude, frauduleux, frauduleuse, piraté, piratée, arnaque, danger, dangereux
        dangereuse, hôpital, le plus vite possible, le plus rapidement possible
        """,
      complaints: """
        réclamation, plainte, plaindre, cassé, cassée, abîmé, abîmée, endommagé, endommagée
        défectueux, défectueuse, ne fonctionne pas, ne fonctionne plus, ne marche pas
        ne marche plus, pas arrivé, pas arrivée, jamais arrivé, jamais arrivée, pas reçu
        jamais reçu, toujours pas, j'attends toujours, manque, manquant, mauvais article
        mauvaise taille, mauvais produit, erreur de commande, déçu, déçue, inacceptable
        inadmissible, scandaleux, honteux, furieux, furieuse, en retard, retard, déchiré
        """,
      cancellations: """
        annuler, annulation, résilier, résiliation, désabonner, rétractation
        supprimer mon compte, fermer mon compte
        """,
      payments: """
        paiement, payer, payé, facture, facturé, remboursement, rembourser, remboursé, débité
        débitée, prélevé, prélèvement, carte bancaire, carte de crédit, virement, encaissé
        """),
    PersonRequestWords(
      contacts: """
        parler, discuter, parle, échanger, contacter, joindre, transférer, transférez
        transfert, passez, passer, connecter, connectez, mettre, mettez, communiquer
        dialoguer, relation, contact, rediriger, redirigez, orienter, chatter, adresser
        téléphoner
        """,
      links: """
        à, avec, au, aux, vers, contacter, joindre, en relation avec, un contact, passez moi
        """,
      finals: "",
      wishes: """
        veux, voudrais, souhaite, souhaiterais, aimerais, besoin, donnez moi, préfère, exige
        y a t il, passez moi, passe moi, il me faut
        """,
      determiners: """
        un, une, le, la, l, les, des, d, de, du, vrai, vraie, vrais, véritable, autre, votre
        vos, réel, réelle, bien, mon, conseil, en, qui, humain, humaine
        """,
      people: """
        humain, humaine, humains, être humain, personne, personne réelle, personne humaine
        vraie personne, agent, agents, conseiller, conseillère, conseillers, opérateur
        opératrice, représentant, responsable, service client, service clients
        service clientèle, manager, télé conseiller, téléconseiller, contact humain
        """,
      others: """
        quelqu'un, support, collaborateur, collègue, employé, employée, vendeur, vendeuse
        équipe, assistance, superviseur, interlocuteur, directeur, supérieur, gérant, patron
        """,
      askers: """
        je, j, me, moi, m, nous, puis, veux, voudrais, possible, peux, peut, aimerais, on
        svp, souhaite, s'il vous plaît, pouvez, pourriez, passez, mettez, transférez, besoin
        comment
        """,
      followers: """
        s'il vous plaît, svp, s'il te plaît, maintenant, tout de suite, ici, pas, merci
        plutôt, immédiatement, au téléphone, de votre, réel, réelle, humain, humaine
        du service, à qui, ok, rapidement, au plus vite, en ligne
        """,
      negations: "ne, pas, plus, non",
      exclusions: "sans, marre de, au lieu d, au lieu de, assez de",
      robots: """
        robot, robots, bot, bots, chatbot, machine, machines, ordinateur, ia, automate
        intelligence artificielle, programme, algorithme, répondeur
        """,
      phrases: """
        rappelez moi, me rappeler, quelqu'un peut me rappeler, un humain svp, conseiller svp
        un conseiller svp, agent svp, il y a quelqu'un, parler humain, être rappelé
        être rappelée, être recontacté, être recontactée
        """))
}
