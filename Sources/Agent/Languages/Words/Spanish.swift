extension CustomerWords {
  static let spanish = CustomerWords(
    language: "es",
    Lists(
      greetings: """
        hola, buenas, buenos días, buen día, buenas tardes, buenas noches, qué tal, hola qué tal
        cómo está, cómo estás, cómo están, hola de nuevo, saludos, muy buenas, hola a todos
        estimados, estimados señores
        """,
      thanks: """
        gracias, muchas gracias, mil gracias, muchísimas gracias, gracias de antemano
        gracias por su ayuda, gracias por tu ayuda, gracias por la ayuda, se agradece
        te lo agradezco, se lo agradezco, muy amable, muy agradecido, muy agradecida
        """,
      goodbyes: """
        adiós, hasta luego, hasta pronto, hasta mañana, chao, chau, nos vemos
        que tenga un buen día, que tengas un buen día, que tenga buen día, buen fin de semana
        un saludo, saludos cordiales, cordiales saludos, atentamente, cuídese, eso es todo
        hasta la próxima, feliz día, buena tarde
        """,
      fillers: """
        ok, vale, perfecto, genial, muy bien, bien, y, por, su, tu, la, el, rápida, respuesta
        ayuda, todo, a todos, equipo, de nuevo, entonces, bueno, pues, estupendo, de acuerdo, sí
        igualmente, muy, también
        """,
      conjunctions: "y, pero, o, e, luego, entonces",
      additions: """
        y también, también, además, y además, otra pregunta, y otra pregunta, otra cosa
        y otra cosa, por otro lado, por otra parte, y por cierto, por cierto, por último
        y por último, en segundo lugar, asimismo
        """,
      openers: """
        qué, cuál, cuáles, quién, quiénes, cuándo, dónde, adónde, cómo, cuánto, cuánta, cuántos
        cuántas, por qué, puedo, puede, pueden, puedes, podría, podrían, podrías, podemos
        se puede, tienen, tiene, tienes, tenéis, hay, hacen, hace, venden, aceptan, envían
        es posible, está mi, está el, está la, están, es el, es la, son, quiero, quisiera
        querría, necesito, me gustaría, deseo, busco, estoy buscando, tengo una pregunta
        tengo una duda, una pregunta, quería, queremos, necesitamos, por favor, dígame, dime
        muéstreme, envíeme, deme, ayúdeme, me puede, me puedes, me pueden, me podría
        me podrían, le puedo, cancelar, cancele, a qué, de qué, en qué, para qué, con qué
        debo, tengo que, me recomienda, me recomiendas
        """,
      subordinators: "si, cuando, porque, como, aunque, mientras, ya que",
      unfinished: """
        el, la, los, las, un, una, unos, unas, mi, mis, su, sus, tu, este, esta, de, del, a, al
        para, por, con, en, sobre, es, son, está, están, hay, tiene, tienen, puedo, quiero
        necesito, busco, y, o, pero, que, si, qué, cuál, cuánto
        """,
      emergencies: """
        emergencia, urgente, urgentemente, urgencia, inmediatamente, de inmediato, sangrando
        herido, herida, accidente, fuga de gas, en llamas, reacción alérgica, robado, robada
        robaron, fraude, fraudulento, hackeado, hackeada, hackearon, estafa, estafaron, peligro
        peligroso, peligrosa, lo antes posible, cuanto antes, hospital
        """,
      complaints: """
        queja, reclamo, reclamación, reclamar, quejarme, roto, rota, rotos, rotas, dañado, dañada
        defectuoso, defectuosa, no funciona, no funcionan, dejó de funcionar, no ha llegado
        no llegó, no me llegó, no me ha llegado, nunca llegó, no he recibido, no recibí
        sigo esperando, todavía no, aún no, falta, faltan, equivocado, equivocada, incorrecto
        talla incorrecta, decepcionado, decepcionada, inaceptable, pésimo, terrible, enojado
        furioso, retraso, retrasado, estropeado, averiado
        """,
      cancellations: """
        cancelar, cancelación, cancelen, anular, anulación, dar de baja, darme de baja
        desistir, cerrar mi cuenta, eliminar mi cuenta, borrar mi cuenta
        """,
      payments: """
        pago, pagos, pagar, pagué, cobro, cobrado, cobraron, cobrar, factura, facturación
        reembolso, reembolsar, devolución del dinero, devuelvan el dinero
        tarjeta de crédito, transferencia, cargo doble, recibo, me devuelvan
        """),
    PersonRequestWords(
      contacts: """
        hablar, habla, hablo, conversar, charlar, comunicar, comunicarme, comuníqueme
        comunícame, contactar, contactarme, conectar, conécteme, conéctame, pasar, páseme
        pásame, pasarme, transferir, transfiérame, transfiéreme, transferirme, derivar
        derivarme, poner, póngame, ponerme, atender, atienda, contacto, chatear, dirigirme
        """,
      links: "con, a, al, por, contactar, contactar a",
      finals: "",
      wishes: """
        quiero, quisiera, necesito, deme, dame, prefiero, exijo, me gustaría, solicito
        deseo, páseme, pásame, me atienda, que me atienda
        """,
      determiners: """
        un, una, el, la, los, algún, alguna, su, sus, tu, otra, otro, verdadero, verdadera
        auténtica, de, del, en, por, a, hablar, que sea, me
        """,
      people: """
        humano, humana, ser humano, persona, persona real, persona humana, persona de verdad
        agente, agentes, agente humano, asesor, asesora, operador, operadora, representante
        ejecutivo, ejecutiva, encargado, encargada, gerente, supervisor, supervisora
        servicio al cliente, atención al cliente, servicio de atención, humanos
        """,
      others: """
        alguien, empleado, empleada, soporte, personas, jefe, compañero, responsable, equipo
        """,
      askers: """
        yo, me, quiero, puedo, quisiera, necesito, podría, puede, puedes, posible, gustaría
        podemos, nos, por favor, deseo, prefiero, conécteme, conéctame, páseme, pásame
        comuníqueme, póngame, transfiérame, hay, pueden, podrían, exijo
        cómo
        """,
      followers: """
        por favor, porfa, porfavor, ahora, ya, aquí, no, gracias, en vez, de verdad, real
        humano, humana, de inmediato, para hablar, con quien, hoy, cuanto antes, en lugar
        """,
      negations: "no, ni",
      exclusions: "sin, en vez de, en lugar de, harto de, harta de, nada de",
      robots: """
        robot, robots, bot, bots, chatbot, máquina, máquinas, ordenador, computadora, ia
        inteligencia artificial, contestador, programa, algoritmo
        """,
      phrases: """
        que me llamen, llámenme, llámeme, llámame, que me llame alguien
        me puede llamar alguien, agente por favor, humano por favor, una persona por favor
        asesor por favor, operador por favor, hay alguien ahí, hay alguien
        que alguien me llame, atención humana
        """))
}
