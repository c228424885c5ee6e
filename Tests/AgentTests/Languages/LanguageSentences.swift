/// Messages of customers by language, a line each.
enum LanguageSentences {
  static let byLanguage: [String: String] = [
    "en": """
    Where is my parcel?
    Do these boots run true to size?
    can u tell me if the tent is waterproof
    I ordered a lamp two weeks ago and nothing has come yet.
    The zip broke after a week
    Could I swap it for a larger one?
    my X200 won't turn on
    What time do you close on Sundays?
    is this still available
    I'd like an invoice for order A-1042 please
    My parcel says delivered but I never saw it
    Which colour goes best with brown leather?
    the handle came loose
    """,
    "de": """
    Wo bleibt mein Paket?
    Fallen die Stiefel eher klein aus?
    ist das zelt wasserdicht
    Ich habe vor zwei Wochen eine Lampe bestellt, sie ist noch nicht da.
    Der Reißverschluss ist nach einer Woche kaputt gegangen
    Kann ich es gegen eine andere Größe umtauschen?
    mein X200 geht nicht mehr an
    Wann schließen Sie am Sonntag?
    haben Sie das in Blau
    Ich hätte gerne eine Rechnung für A-1042
    Laut Sendungsverfolgung wurde es zugestellt, hier liegt aber nichts
    Welche Farbe passt zu braunem Leder?
    der griff ist locker
    """,
    "fr": """
    Où est mon colis ?
    Est-ce que ces bottes taillent petit ?
    la tente est elle imperméable
    J'ai commandé une lampe il y a deux semaines et je n'ai rien reçu.
    La fermeture a cassé au bout d'une semaine
    Je peux l'échanger contre une plus grande ?
    mon X200 ne s'allume plus
    À quelle heure fermez-vous le dimanche ?
    c'est encore disponible
    Je souhaite une facture pour A-1042
    Le suivi indique livré mais je ne vois rien
    Quelle couleur va avec du cuir marron ?
    la poignée s'est détachée
    """,
    "es": """
    ¿Dónde está mi paquete?
    ¿Estas botas tallan pequeño?
    la carpa es impermeable
    Pedí una lámpara hace dos semanas y no me ha llegado nada.
    La cremallera se rompió a la semana
    ¿Lo puedo cambiar por uno más grande?
    mi X200 no enciende
    ¿A qué hora cierran los domingos?
    todavía está disponible
    Me gustaría una factura de A-1042
    El seguimiento dice entregado pero aquí no hay nada
    ¿Qué color combina con cuero marrón?
    se soltó el mango
    """,
    "it": """
    Dov'è il mio pacco?
    Questi stivali calzano piccoli?
    la tenda è impermeabile
    Ho ordinato una lampada due settimane fa e non è arrivato niente.
    La cerniera si è rotta dopo una settimana
    Posso cambiarlo con uno più grande?
    il mio X200 non si accende
    A che ora chiudete la domenica?
    è ancora disponibile
    Vorrei una fattura per A-1042
    Il tracciamento dice consegnato ma qui non c'è nulla
    Che colore sta bene con la pelle marrone?
    si è staccato il manico
    """,
    "nl": """
    Waar blijft mijn pakje?
    Vallen deze laarzen klein uit?
    is de tent waterdicht
    Ik heb twee weken geleden een lamp besteld en nog niets gekregen.
    De rits is na een week kapot gegaan
    Kan ik hem ruilen voor een grotere?
    mijn X200 gaat niet meer aan
    Hoe laat sluiten jullie op zondag?
    is dit nog beschikbaar
    Ik wil graag een factuur voor A-1042
    Volgens de tracking is het afgeleverd maar ik zie niets
    Welke kleur past bij bruin leer?
    het handvat zit los
    """,
    "pt": """
    Onde está a minha encomenda?
    Estas botas são pequenas?
    a barraca é impermeável
    Comprei uma lâmpada há duas semanas e ainda não recebi nada.
    O zíper quebrou depois de uma semana
    Posso trocar por um maior?
    meu X200 não liga
    A que horas vocês fecham no domingo?
    ainda está disponível
    Gostaria de uma fatura do A-1042
    O rastreio diz entregue mas aqui não há nada
    Que cor combina com couro marrom?
    a alça soltou-se
    """,
    "sv": """
    Var är mitt paket?
    Är de här stövlarna små i storleken?
    är tältet vattentätt
    Jag beställde en lampa för två veckor sedan och inget har kommit.
    Dragkedjan gick sönder efter en vecka
    Kan jag byta den mot en större?
    min X200 startar inte längre
    När stänger ni på söndagar?
    finns den fortfarande kvar
    Jag skulle vilja ha en faktura
    Enligt spårningen är det levererat men jag ser ingenting
    Vilken färg passar till brunt läder?
    handtaget har lossnat
    """,
    "da": """
    Hvad er status på min pakke?
    Er disse støvler små i størrelsen?
    hvornår lukker I om søndagen
    Jeg bestilte en lampe for to uger siden, og jeg har ikke modtaget noget.
    Lynlåsen gik i stykker efter en uge
    Kan jeg få den byttet til en større?
    min X200 tænder ikke mere
    Hvor lang tid tager leveringen?
    er den stadig tilgængelig
    Jeg vil gerne have en faktura tilsendt
    Ifølge sporingen er den leveret, men jeg kan ikke se noget
    Hvilken farve passer til brunt læder?
    håndtaget sidder løst
    """,
    "no": """
    Hva skjer med pakken min?
    Er disse støvlene små i størrelsen?
    når stenger dere på søndager
    Jeg bestilte en lampe for to uker siden og har ikke mottatt noe.
    Glidelåsen røk etter en uke
    Kan jeg bytte den i en større?
    min X200 slår seg ikke på lenger
    Hvor lang tid tar leveringen hjem til meg?
    er den fortsatt tilgjengelig
    Jeg trenger en faktura for A-1042
    Ifølge sporingen er den levert, men jeg ser ikke noe
    Hvilken farge passer til brunt skinn?
    håndtaket har løsnet
    """,
    "fi": """
    Missä pakettini on?
    Ovatko nämä saappaat pientä kokoa?
    onko teltta vedenpitävä
    Tilasin lampun kaksi viikkoa sitten, eikä mitään ole tullut.
    Vetoketju hajosi viikon jälkeen
    Voinko vaihtaa sen isompaan?
    minun X200 ei käynnisty
    Mihin aikaan suljette sunnuntaisin?
    onko tämä vielä saatavilla
    Haluaisin laskun tilauksesta A-1042
    Seurannan mukaan se on toimitettu, mutta en näe mitään
    Mikä väri sopii ruskean nahan kanssa?
    kahva on irronnut
    """,
    "pl": """
    Gdzie jest moja paczka?
    Czy te buty są zaniżone rozmiarowo?
    czy namiot jest wodoodporny
    Zamówiłam lampę dwa tygodnie temu i nic nie przyszło.
    Zamek zepsuł się po tygodniu
    Czy mogę wymienić na większy?
    mój X200 nie włącza się
    O której zamykacie w niedzielę?
    czy to jest jeszcze dostępne
    Poproszę o fakturę do A-1042
    Śledzenie pokazuje, że doręczono, ale nic tu nie ma
    Jaki kolor pasuje do brązowej skóry?
    uchwyt się poluzował
    """,
    "cs": """
    Kde je můj balíček?
    Jsou ty boty menší, než píšete?
    je ten stan nepromokavý
    Před dvěma týdny jsem si objednala lampu a nic nepřišlo.
    Zip se po týdnu rozbil
    Můžu to vyměnit za větší?
    můj X200 nejde zapnout
    V kolik hodin v neděli zavíráte?
    je to ještě k dispozici
    Chtěla bych fakturu k A-1042
    Podle sledování je doručeno, ale nic tu není
    Jaká barva se hodí k hnědé kůži?
    uvolnilo se držadlo
    """,
    "hu": """
    Hol van a csomagom?
    Ezek a csizmák kicsik?
    vízálló a sátor vagy nem
    Két hete rendeltem egy lámpát, és még semmi sem érkezett.
    A cipzár egy hét után elromlott
    Ki tudom cserélni egy nagyobbra?
    az X200 nem kapcsol be
    Hánykor zárnak vasárnap?
    ez még kapható
    Szeretnék egy számlát kérni
    A nyomkövetés szerint kézbesítették, de nem látok semmit
    Milyen szín illik a barna bőrhöz?
    meglazult a fogantyú
    """,
    "ro": """
    Unde este coletul meu?
    Cizmele astea sunt mici la număr?
    cortul este impermeabil
    Am comandat o lampă acum două săptămâni și nu a venit nimic.
    Fermoarul s-a stricat după o săptămână
    Pot să o schimb cu una mai mare?
    X200 nu mai pornește
    La ce oră închideți duminica?
    mai este disponibil
    Aș vrea o factură pentru A-1042
    Conform urmăririi a fost livrat, dar aici nu e nimic
    Ce culoare se potrivește cu pielea maro?
    s-a desprins mânerul
    """,
    "tr": """
    Kargom nerede kaldı?
    Bu botların kalıbı dar mı?
    çadır su geçiriyor mu
    İki hafta önce lamba sipariş ettim, hâlâ bir şey gelmedi.
    Fermuar bir hafta sonra bozuldu
    Daha büyük bir tanesiyle değiştirebilir miyim?
    benim X200 açılmıyor
    Pazar günü saat kaçta kapatıyorsunuz?
    bu hala var mı
    A-1042 için fatura istiyorum
    Takipte teslim edildi yazıyor ama ortada bir şey yok
    Kahverengi deriyle hangi renk uyar?
    sapı gevşedi
    """,
    "ru": """
    Где моя посылка?
    палатка не промокает
    Я заказала лампу две недели назад, ничего не пришло.
    Мой iPhone 15 Pro Max сломался
    До скольки работаете в воскресенье?
    """,
    "uk": """
    Де моя посилка?
    намет не промокає
    Я замовила лампу два тижні тому, нічого не прийшло.
    чи можна повернути
    До котрої години працюєте в неділю?
    """,
    "ar": "أين طردي؟\nهل الخيمة مقاومة للماء\nأريد إرجاع الحذاء", "he": "איפה החבילה שלי?\nשלום",
    "fa": "سفارش من کجاست؟", "hi": "मेरा ऑर्डर कहाँ है?", "zh": "我的包裹在哪里？\n退货\niPhone 有货吗",
    "ja": "荷物はどこですか？\n返品したい\nX200は防水？", "ko": "제 택배 어디에 있나요?\n환불",
    "el": "Πού είναι το δέμα μου;\nκαλημέρα", "th": "พัสดุของฉันอยู่ที่ไหน",
  ]

  /// One or two words that only one of the languages has.
  static let unmistakable = [
    ("Bonjour", "fr"), ("Gracias", "es"), ("danke!", "de"), ("buongiorno", "it"),
    ("obrigada", "pt"), ("tusind tak", nil), ("Dzień dobry", "pl"), ("köszönöm", "hu"),
    ("Hello", "en"), ("goedemorgen", "nl"),
  ]

  /// What may be in several languages, or in none.
  static let unsure = [
    "", "ok", "43", "A-1042", "👍", "?!", "menu", "taxi", "hotel", "Nike Air Max", "PayPal",
    "Salomon Quest 4 GTX", "no", "si", "de la", "normal", "X200", "hmm", "asdf qwer zxcv",
    "Larkfell Trail", "\u{0}\u{301}", "ђак јунак", "100 € 200 $",
  ]
}
