extension CustomerWords {
  static let portuguese = CustomerWords(
    language: "pt",
    Lists(
      greetings: """
        olá, oi, bom dia, boa tarde, boa noite, tudo bem, tudo bom, como vai, como está
        como você está, e aí, alô, olá a todos, prezados, caros senhores, oi de novo, viva
        """,
      thanks: """
        obrigado, obrigada, muito obrigado, muito obrigada, obrigado pela ajuda, valeu
        obrigada pela ajuda, agradeço, agradecido, agradecida, desde já agradeço
        obrigado desde já, obrigada desde já, grato, grata, brigado, brigada
        """,
      goodbyes: """
        tchau, adeus, até logo, até mais, até breve, até amanhã, até à próxima
        tenha um bom dia, tenha um ótimo dia, bom fim de semana, atenciosamente, abraços
        abraço, cumprimentos, com os melhores cumprimentos, é tudo, é só isso, só isso
        """,
      fillers: """
        ok, está bem, perfeito, ótimo, muito, bem, bom, e, por, pela, pelo, a, o, sua, rápida
        resposta, ajuda, todos, a todos, de novo, então, certo, legal, sim, mesmo, também
        excelente, beleza, tá
        """,
      conjunctions: "e, mas, ou, depois, então",
      additions: """
        e também, também, além disso, e além disso, outra pergunta, mais uma pergunta
        e mais uma coisa, mais uma coisa, outra coisa, e outra coisa, por outro lado, por fim
        e por fim, aliás, em segundo lugar
        """,
      openers: """
        o que, que, qual, quais, quem, quando, onde, aonde, como, quanto, quanta, quantos
        quantas, por que, porque, posso, pode, podem, poderia, poderiam, podemos, dá para
        dá pra, é possível, tem, têm, vocês tem, vocês têm, há, existe, fazem, vendem, aceitam
        entregam, enviam, vocês, você pode, está o, está a, está disponível, é o, é a, quero
        queria, gostaria, preciso, desejo, procuro, estou procurando, estou à procura
        tenho uma dúvida, tenho uma pergunta, uma dúvida, uma pergunta, queremos, precisamos
        por favor, me diga, diga me, me mostre, me envie, me dê, me ajude, me ajuda, me pode
        pode me, cancelar, cancele, a que, de que, em que, devo, tenho que, me recomenda
        cadê
        """,
      subordinators: "se, quando eu, como eu, embora, enquanto, já que, pois",
      unfinished: """
        o, a, os, as, um, uma, uns, umas, meu, minha, meus, minhas, seu, sua, este, esta, de, do
        da, dos, das, em, no, na, para, pra, por, com, sobre, é, são, está, estão, tem, tenho
        posso, quero, preciso, procuro, eu, vocês, e, ou, mas, que, se, qual, quanto
        """,
      emergencies: """
        emergência, urgente, urgentemente, urgência, imediatamente, sangrando, a sangrar, ferido
        ferida, acidente, vazamento de gás, fuga de gás, pegou fogo, em chamas, reação alérgica
        roubado, roubada, roubaram, fraude, hackeado, hackeada, golpe, perigo, perigoso
        perigosa, o mais rápido possível, hospital, não autorizada, não autorizado
        """,
      complaints: """
        reclamação, reclamar, queixa, quebrado, quebrada, quebrou, partido, danificado
        danificada, estragado, com defeito, defeituoso, defeituosa, não funciona, não funcionam
        parou de funcionar, não chegou, ainda não chegou, nunca chegou, não recebi
        ainda não recebi, estou esperando, continuo à espera, falta, faltam, faltando, errado
        errada, tamanho errado, decepcionado, decepcionada, inaceitável, péssimo, terrível
        absurdo, furioso, atrasado, atrasada, atraso, rasgado
        """,
      cancellations: """
        cancelar, cancelamento, cancelem, anular, rescindir, encerrar minha conta
        excluir minha conta, apagar a minha conta, desistir, desmarcar
        """,
      payments: """
        pagamento, pagar, paguei, cobrança, cobrado, cobraram, fatura, boleto, reembolso
        reembolsar, estorno, dinheiro de volta, cartão de crédito, transferência, nota fiscal
        recibo, pix
        """),
    PersonRequestWords(
      contacts: """
        falar, falo, fala, conversar, contactar, contatar, conectar, conecte, conecta
        transferir, transfira, transfere, passar, passe, passa, encaminhar, encaminhe, ligar
        contato, contacto, comunicar, ser atendido, ser atendida, atender, atendido
        atendida, chamar, chame, chama, tratar
        """,
      links: "com, para, a, ao, por, pra, contactar, contatar, chame, chamar, chama",
      finals: "",
      wishes: """
        quero, queria, preciso, preciso de, gostaria de, dê, dá, prefiro, exijo, me passe
        desejo, me vê, solicito
        """,
      determiners: """
        um, uma, o, a, os, algum, alguma, seu, sua, outro, outra, verdadeiro, verdadeira, de
        do, da, real, que seja, me, falar, com, no
        """,
      people: """
        humano, humana, ser humano, pessoa, pessoa real, pessoa de verdade, pessoa humana
        atendente, atendentes, atendente humano, agente, operador, operadora, representante
        gerente, supervisor, supervisora, funcionário, funcionária, apoio ao cliente
        atendimento ao cliente, serviço ao cliente, sac, atendimento humano
        """,
      others: """
        alguém, assistente, consultor, consultora, colaborador, colaboradora, suporte
        pessoas, responsável, chefe, vendedor, vendedora, equipe
        """,
      askers: """
        eu, me, mim, quero, queria, posso, gostaria, preciso, poderia, pode, podem, possível
        nos, por favor, dá, prefiro, desejo, transfira, conecte, passe, tem, exijo, podemos
        como
        """,
      followers: """
        por favor, pf, agora, já, aqui, não, obrigado, obrigada, em vez, de verdade, real
        humano, humana, imediatamente, para falar, para me, com quem, hoje
        """,
      negations: "não, nem",
      exclusions: "sem, em vez de, farto de, farta de, cansado de, cansada de, chega de",
      robots: """
        robô, robôs, robo, robot, bot, bots, chatbot, máquina, máquinas, computador, ia
        inteligência artificial, programa, algoritmo
        """,
      phrases: """
        me liguem, me ligue, liguem me, ligue me, me ligar de volta, alguém pode me ligar
        atendente por favor, humano por favor, operador por favor, uma pessoa por favor
        tem alguém aí, atendimento humano, que alguém me ligue
        """))
}
