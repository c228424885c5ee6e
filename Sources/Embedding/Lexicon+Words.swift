extension Lexicon {
  /// Common words with the weight they keep. Words that mean a thing in another language of the
  /// list (English hat, sale, art, son) are left out on purpose.
  static let commonWords: [(weight: Float, words: String)] = [
    // English.
    (
      0.08,
      """
      a an the and or but if then so as of at by for from in into on onto to with without about
      i me my mine we us our you your yours he him his she her it its they them their this that
      these those there here is am are was were be been being do does did done doing have has had
      having will would shall should can could may might must not no nor yes what which who whom
      whose when where why how s t d ll ve re m don doesn isn aren wasn didn won couldn shouldn
      """
    ),
    (
      0.6,
      """
      any some all each every both few more most other another such own same than too very just
      only also even still already yet again once ever never always often usually sometimes
      please thanks thank hello hi hey ok okay get gets got getting give gives gave given go goes
      going gone went come comes came make makes made making take takes took taken put puts let
      lets want wants wanted need needs needed like likes know knows tell tells told say says said
      see sees seen think use uses used using try tries tried way ways thing things something
      anything someone anyone everything lot lots bit much many able possible question questions
      between after before during until while because up down over under off through per via out
      new good great really actually maybe work works happen happens happened mean means find
      one two guys able ask seem seems keep keeps else
      """
    ),
    // English words that every shop uses of everything.
    (
      0.7,
      """
      shoe shoes boot boots jacket jackets item items product products order orders ordered shop shops
      store stores buy bought day days week weeks month months year years hour hours time times page
      number name people person part parts place point end side hand head home house world life case
      group company problem problems line long short small large big high low old young early late
      next last first left right best better free full close sure real whole clear easy hard look
      looks feel feels call leave show turn start stop move hold bring write sit stand meet set learn
      watch follow create spend grow win offer remember consider appear serve stay fall cut reach
      raise pass sell decide hope carry receive agree support hit cover catch draw choose customer
      customers service website online
      """
    ),
    // German.
    (
      0.08,
      """
      der das dem ein eine einen einem einer eines und oder aber wenn dann als von bei aus nach
      zu zum zur mit ohne ueber fur im am auf ich mich mir mein meine meinen wir uns unser unsere
      du dich dir dein deine sie ihr ihre er ihn ihm es dies diese dieser dieses ist sind bist sein
      werden wird wurde habe haben hatte kann konnen konnte soll sollte muss mussen darf nicht kein
      keine ja nein wer wen wem warum wieso wie wo wann welche welcher welches ob dass daß sich
      """
    ),
    (
      0.6,
      """
      auch noch nur schon sehr mehr viel viele immer wieder bitte danke hallo gibt geben machen
      gehen geht mochte mochten brauche brauchen etwas alles jede jeder jedes durch gegen zwischen
      """
    ),
    // French.
    (
      0.08,
      """
      le la les un une des du de et ou mais si donc car dans sur sous avec sans pour par en au aux
      je tu il elle nous vous ils elles mon ma mes ton ta tes notre nos votre vos leur leurs ce cet
      cette ces est sont suis etes etre ete avoir ai avez ont peut puis peux pouvez dois doit ne
      pas non oui qui que quoi dont quand comment pourquoi quel quelle quels quelles l d c j n qu
      """
    ),
    (
      0.6,
      """
      tres plus moins aussi encore deja toujours jamais tout tous toute toutes faire fait faut
      veux voudrais souhaite bonjour merci avoir quelque chose entre apres avant pendant
      """
    ),
    // Spanish.
    (
      0.08,
      """
      el los las una unos unas y o pero porque del al con por para yo me mi mis nos nosotros
      nuestro nuestra usted ustedes tu tus su sus este esta estos estas ese esa eso es soy eres
      somos estoy estan ser estar ha han hay haber tengo tiene tienen puedo puede pueden debo debe
      se lo le les quien cuando donde cual cuales que como cuanto cuanta cuantos
      """
    ),
    (
      0.6,
      """
      muy tambien todavia siempre nunca todo toda todos todas hacer hago hace quiero necesito
      gustaria hola gracias favor algo entre despues antes sobre desde hasta
      """
    ),
    // Italian.
    (
      0.08,
      """
      il lo gli uno di da nel nella della dello dei delle degli dal dalla sul sulla e ed ma perche
      io mi ci noi voi loro mio mia miei mie nostro vostro suo sua questo questa questi queste sono
      sei siamo siete essere stato ho hai abbiamo avete hanno avere posso puo potete devo deve non
      chi cosa dove quale quali quanto quanti quando
      """
    ),
    (
      0.6,
      """
      molto anche ancora sempre mai tutto tutta tutti tutte fare faccio voglio vorrei bisogno ciao
      grazie favore qualcosa tra dopo prima
      """
    ),
    // Portuguese.
    (
      0.08,
      """
      os um uma uns umas e mas do da dos das no na nos nas pelo pela com sem eu meu minha meus
      minhas nosso nossa voce voces seu sua ele ela eles elas isto isso aquilo sao sou estou esta
      ser estar foi tenho tem temos posso pode podem devo deve nao sim quem onde qual quais quando
      """
    ),
    (
      0.6,
      """
      muito tambem ainda sempre nunca tudo fazer faz faco quero preciso gostaria ola obrigado
      obrigada algo entre depois antes ate
      """
    ),
    // Dutch, Polish, Swedish, Turkish: the commonest.
    (
      0.1,
      """
      het een van voor niet ik jij je wij zij dit dat deze zijn was hebben heb heeft kan kunnen
      naar op te ook maar nie jest na do sie czy jak ze od och att det som ar jag vi inte med till
      av pa ve bir bu icin mi ile ne nasil var
      """
    ),
  ]

  /// Words of a shop's talk with its customers that stand for nearly the same, over languages.
  /// A line is a concept; order and content count (see ``HashedEmbedder/version``).
  static let concepts: [String] = [
    """
    return returns returned returning back ruckgabe rucksendung retoure zurucksenden zuruckgeben
    umtauschen devolver devolucion devolverlo retour retourner renvoyer reso restituire restituzione
    devolucao
    """,
    """
    refund refunds refunded money reimburse reimbursed reimbursement erstattung geld ruckerstattung
    reembolso dinero remboursement rembourser argent rimborso soldi dinheiro
    """,
    """
    exchange exchanges exchanged swap swapped replace replaced replacement umtausch tauschen
    cambiar cambio echange echanger cambiare troca trocar
    """,
    """
    ship ships shipped shipping shipment deliver delivers delivered delivery deliveries dispatch
    dispatched postage courier parcel package arrive arrives arrived arrival send sends sent mailed
    versand versenden lieferung liefern geliefert lieferzeit paket zustellung envio enviar entrega
    paquete mail package packages livraison livrer livre colis expedition spedizione spedire consegna pacco envios encomenda
    """,
    """
    price prices cost costs charge charges fee fees expensive cheap cheaper preis preise kosten
    kostet gebuhr teuer precio precios cuesta coste gastos prix coute frais cher prezzo costo spese
    preco custo quanto
    """,
    """
    pay pays paid paying payment payments card cards credit debit paypal visa mastercard klarna
    zahlung zahlen bezahlen zahlungsarten kreditkarte pago pagar tarjeta paiement payer carte
    pagamento pagare carta cartao
    """,
    """
    discount discounts coupon coupons voucher vouchers promo promotion promotional code codes deal
    deals rabatt gutschein descuento cupon oferta remise reduction promotionnel sconto buono
    desconto cupom
    """,
    """
    order orders ordered ordering purchase purchases purchased buy buying bought bestellung
    bestellen bestellt kaufen gekauft pedido comprar comprado compra commande commander achete
    achat ordine ordinare comprare acquisto encomendar
    """,
    """
    cancel cancels cancelled canceled cancelling cancellation revoke withdraw stornieren storno
    widerruf widerrufen cancelar cancelacion anular annuler annulation annullare annullamento
    """,
    """
    broken broke break damaged damage defect defective defects faulty fault faults torn tear ripped
    rip crack cracked split hole leak leaks leaking snapped failed kaputt defekt beschadigt mangel
    roto danado defectuoso casse abime defectueux defaut rotto difettoso danneggiato quebrado avariado
    """,
    """
    warranty warranties guarantee guaranteed garantie gewahrleistung garantia garanzia
    """,
    """
    repair repairs repaired fix fixed mend mended resole resoled resoling patch reparatur reparieren
    reparar reparacion arreglar reparer reparation riparare riparazione conserto consertar
    """,
    """
    store stores shop shops branch branches outlet showroom laden geschaft filiale tienda tiendas
    magasin magasins boutique negozio negozi loja lojas
    """,
    """
    open opens opening close closes closed closing hours sunday holiday offnungszeiten geoffnet
    sonntag horario abierto abren domingo horaires ouvert dimanche orari aperto domenica aberto
    """,
    """
    size sizes sizing fit fits fitting large small big tight loose wide narrow width grosse passform
    zu talla tallas tamano ancho taille tailles pointure taglia taglie misura larghezza tamanho
    """,
    """
    account accounts login log logged password sign signin profile register registration username
    konto anmelden passwort einloggen cuenta contrasena compte mot conto senha registrieren
    """,
    """
    contact email mail phone call telephone chat reach speak talk hotline helpline support agent
    human kontakt anrufen telefon kontaktieren contacto contactar llamar telefono contacter appeler
    telephone contatto contattare chiamare contato telefone
    """,
    """
    track tracking tracked trace status whereabouts sendungsverfolgung verfolgen sendungsnummer
    rastrear seguimiento suivre suivi tracciare tracciamento rastreio
    """,
    """
    late delay delayed delays missing lost overdue slow stuck verspatet verspatung verloren fehlt
    retraso perdido retard perdu ritardo perso smarrito atraso
    """,
    """
    clean cleaning wash washing washable washed dirt dirty mud muddy stain stains launder laundry
    detergent waschen waschbar reinigen reinigung pflege lavar limpiar limpieza laver lavage
    nettoyer lavare pulire limpar
    """,
    """
    waterproof waterproofing water wet rain rainproof rainy resistant repellent wasserdicht regen
    nass impermeable lluvia agua etanche pluie eau impermeabile pioggia acqua chuva
    """,
    """
    gift gifts present presents wrap wrapping wrapped geschenk geschenke regalo regalos cadeau
    cadeaux regali presente
    """,
    """
    stock available availability restock restocked sold soldout inventory verfugbar lagernd vorrat
    vorratig disponible disponibilidad disponibilite disponibile disponivel estoque
    """,
    """
    loyalty points rewards reward member members membership club bonus treue punkte puntos fidelidad
    fidelite fedelta punti pontos
    """,
    """
    job jobs career careers vacancy vacancies hiring employment apply trabajo emploi lavoro
    stelle karriere
    """,
    """
    abroad international internationally overseas foreign country countries customs duty duties
    import ausland zoll land lander extranjero aduana pais paises etranger douane pays estero dogana
    paesi exterior alfandega
    """,
    """
    express fast faster quick quickly urgent rush tomorrow overnight schnell eilig morgen rapido
    urgente manana rapide vite demain domani amanha
    """,
    """
    sustainable sustainability environment environmental eco green recycled recycle recycling carbon
    nachhaltig nachhaltigkeit umwelt sostenible sostenibilidad reciclado ecologique recycle
    sostenibile riciclato sustentavel
    """,
    """
    privacy data gdpr personal datenschutz daten datos privacidad donnees confidentialite dati
    dados
    """,
    """
    invoice invoices receipt receipts bill vat tax rechnung quittung beleg factura recibo ticket
    facture recu tva fattura ricevuta scontrino fatura
    """,
    """
    newsletter newsletters unsubscribe subscribe subscription marketing advertising emails spam abmelden
    abbestellen suscripcion desabonner iscrizione
    """,
    """
    shoe shoes boot boots trainer trainers sneaker sneakers footwear schuh schuhe stiefel zapato
    zapatos zapatillas bota botas chaussure chaussures bottes scarpa scarpe stivali sapato sapatos
    """,
    """
    jacket jackets coat coats parka anorak shell jacke jacken mantel chaqueta chaquetas abrigo veste
    vestes manteau giacca giacche jaqueta casaco
    """,
    """
    backpack backpacks rucksack rucksacks daypack bag bags mochila mochilas sac zaino zaini
    """,
    """
    tent tents camping camp shelter zelt zelte carpa tente tentes tenda tende barraca
    """,
    """
    trousers pants hose hosen pantalon pantalones pantalons pantaloni calcas
    """,
    """
    child children childrens kid kids junior juniors toddler baby kinder ninos nino enfant enfants
    bambino bambini crianca criancas
    """,
    """
    blister blisters pain painful hurt hurts sore rub rubs rubbing ache aches blasen schmerzen
    ampollas dolor ampoules douleur vesciche dolore bolhas
    """,
    """
    collect collection pickup pick fetch click abholen abholung recoger recogida retirer retrait ritirare
    ritiro levantar
    """,
    """
    smell smells smelly odour odor odours stink stinks stinky geruch riechen olor odeur odore cheiro
    """,
    """
    wrong incorrect incorrectly mistake mistaken error falsch falsche falschen equivocado incorrecto
    erreur mauvais sbagliato errore errado
    """,
    """
    instalment instalments installment installments later finance financing monthly ratenzahlung
    raten plazos cuotas mensualites rate parcelas
    """,
    """
    dog dogs pet pets hund hunde perro perros chien chiens cane cani cao animal animals
    """,
    """
    complaint complain complaints complaining unhappy dissatisfied beschwerde queja reclamacion
    plainte reclamation reclamo lamentela reclamar
    """,
    """
    hike hikes hiking hiker trek treks trekking walk walking trail trails mountain mountains
    wandern wanderung berg senderismo caminar montana randonnee marche montagne escursione
    camminare montagna trilha caminhada
    """,
    """
    run runs running runner jog jogging marathon laufen joggen correr carrera courir course correre
    corsa corrida
    """,
    """
    climb climbs climbing climber boulder bouldering klettern escalar escalada grimper escalade
    arrampicata
    """,
    """
    cold warm warmer warmth winter insulated insulation freezing temperature kalt warme frio calor
    invierno froid chaud hiver freddo caldo inverno
    """,
    """
    wheelchair accessible accessibility disabled disability rollstuhl barrierefrei silla
    accesibilidad fauteuil accessibilite carrozzina
    """,
    """
    address adresse anschrift direccion indirizzo endereco
    """,
    """
    change changes changed amend edit modify update correct andern anderung modificar modifier
    modificare alterar
    """,
    """
    rent rental rentals hire hiring borrow lease mieten verleih alquilar alquiler louer location
    noleggiare noleggio alugar
    """,
    """
    proof proofing reproof wax waxed dwr impragnieren impregnate
    """,
    """
    review reviews rating ratings feedback bewertung bewertungen resena opinion avis recensione
    avaliacao
    """,
    """
    second secondhand used preowned refurbished resale resell gebraucht usado segunda occasion usato
    """,
    """
    delete deleted erase remove removal loschen entfernen borrar eliminar supprimer effacer cancellare
    eliminare apagar
    """,
    """
    student students university college apprentice studenten studium estudiante universidad etudiant
    universite studente universita
    """,
    """
    zip zips zipper zippers slider reissverschluss cremallera fermeture cerniera
    """,
    """
    locker lockers packstation taquilla consigne armadietto
    """,
    """
    stretch stretched widen widening soften ausweiten weiten
    """,
    """
    safe safety secure security fraud hacked scam sicher sicherheit seguro seguridad securite sicuro
    """,
  ]
}
