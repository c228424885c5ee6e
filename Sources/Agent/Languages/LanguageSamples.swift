/// Frequent words of the languages that are guessed by them, as customers use them.
enum LanguageSamples {
  /// What is known of a language.
  struct Sample: Sendable {
    /// Its primary tag.
    let language: String
    /// Its letters beyond those of English.
    let letters: String
    /// Words with spaces between them.
    let words: String
  }

  static let latin = romance + germanic + eastern

  static let cyrillic = [
    Sample(
      language: "ru", letters: "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
      words: """
        и в не на я что с по это как а но у к из за то все так же вы мы он она они мне меня мой моя
        мое мои ваш ваша ваши вас вам есть нет да или если когда где почему сколько какой какая
        какие можно нужно хочу могу можете купить заказ заказа заказать доставка доставки деньги
        вернуть возврат цена стоит товар здравствуйте привет спасибо пожалуйста добрый день для от
        до при уже еще только очень был была было работает помогите подскажите пришел пришла два
        три неделя недели месяц год час часов завтра вчера сегодня большой больше ничего что-то
        другой после дней закрываете работаете поменять сломался сломалась заказал заказала пришло
        моё этот эта эти их ли посылка
        """),
    Sample(
      language: "uk", letters: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
      words: """
        і в не на я що з по це як а але у до із за то все так же ви ми він вона вони мені мене мій
        моя моє мої ваш ваша ваші вас вам є немає ні або якщо коли де чому скільки який яка які
        можна треба потрібно хочу можу можете купити замовлення замовити доставка доставки гроші
        повернути повернення ціна коштує товар вітаю привіт дякую будь ласка добрий день для від
        при вже ще тільки дуже був була було працює допоможіть підкажіть прийшов чи та цей ця два
        три тиждень тижні місяць рік година годин завтра вчора сьогодні великий більше нічого щось
        інший після днів зачиняєте працюєте обміняти зламався зламалася замовив замовила прийшло ці
        їх посилка
        """),
  ]

  private static let romance = [
    Sample(
      language: "fr", letters: "àâæçéèêëîïôœùûüÿ",
      words: """
        le la les l un une des du de d et est sont je j il elle nous vous ils on que qu qui quoi
        dans pour pas ne n sur avec au aux ce c cette ces mon ma mes votre vos notre nos son sa ses
        leur se s me m te plus mais ou où comment quand combien pourquoi quel quelle quels quelles
        si oui non bonjour bonsoir salut merci beaucoup svp plaît avez ai a avoir être été fait
        faire peux peut pouvez puis voudrais veux souhaite besoin commande commander livraison
        livrer livrez colis prix coûte taille retour retourner rembourser remboursement acheter
        magasin ouvert heures produit article reçu toujours encore très bien aussi tout tous sans
        chez par depuis jours chaussures annuler paiement carte problème marche y en était sera
        suis quelqu'un aide deux trois quatre cinq semaine semaines mois an année heure minute
        matin demain hier dimanche lundi samedi grand grande petit petite nouveau rien quelque
        chose même autre fois après avant sous entre jamais jour fermer fermez ouvrez changer
        échanger casse cassé contre va vais dois faut comme eu cela ça déjà maintenant voici
        """),
    Sample(
      language: "es", letters: "áéíóúüñ",
      words: """
        el la los las un una unos unas de del al y e es son está están yo tú usted ustedes ella
        nosotros que qué quién en para por no con su sus mi mis tu tus lo le les me te se si sí
        pero o como cómo cuándo cuando cuánto cuánta cuántos dónde donde cuál cuáles porque hola
        buenos buenas días tardes noches gracias muchas favor tengo tiene tienen hay ha he han ser
        estar puedo puede pueden quiero quisiera necesito pedido pedir envío enviar envían entrega
        llega llegado llegó precio cuesta talla devolver devolución reembolso comprar tienda
        abierto abren horario producto artículo recibido todavía aún muy bien también todo todos
        sin desde hasta zapatos cancelar pago pagar tarjeta problema funciona ya este esta esto ese
        más sobre uno dos tres cuatro cinco semana semanas mes meses año años hora horas minuto
        mañana ayer hoy domingo lunes sábado grande pequeño pequeña nuevo nueva nada algo mismo
        otro otra vez después antes bajo entre nunca día hace cierran cerrar abrir cambiar roto
        rota contra voy va debo fue sido eso esa estos estas ahora ni hacer pedí compré rompió
        ninguna aquí
        """),
    Sample(
      language: "it", letters: "àèéìíòóùú",
      words: """
        il lo la i gli le l un uno una di del della dei delle da dal dalla a al alla ai in nel
        nella e ed è sono io lui lei noi voi loro che chi cosa non per con su mio mia miei mie
        vostro vostra vostri suo sua tuo mi ti si ci vi ne se sì no ma o come quando quanto quanta
        quanti dove dov quale quali perché ciao salve buongiorno buonasera grazie mille favore ho
        ha hai abbiamo avete hanno essere avere stato stata fare posso può potete puoi vorrei
        voglio bisogno ordine ordinare spedizione spedire spedite consegna arrivato arrivata arriva
        prezzo costa taglia restituire reso rimborso comprare negozio aperto aperti orari prodotto
        articolo ricevuto ancora molto bene anche tutto tutti senza fino scarpe annullare pagamento
        pagare carta problema funziona questo questa quello più già c'è qui due tre quattro cinque
        settimana settimane mese mesi anno ore ora minuti mattina domani ieri oggi domenica lunedì
        sabato grande piccolo piccola piccoli nuovo nuova niente qualcosa stesso altro altra volta
        dopo prima sotto tra mai giorno giorni fa chiudete chiudere aprite cambiare rotto rotta
        contro va devo era questi queste quelli adesso dello degli sul sulla ordinato comprato
        """),
    Sample(
      language: "pt", letters: "áâãàçéêíóôõú",
      words: """
        o a os as um uma uns umas de do da dos das em no na nos nas e é são está estão eu você
        vocês ele ela nós eles que quem não com para pra por pelo pela ao à meu minha meus minhas
        seu sua seus lhe me se te sim mas ou como quando quanto quanta quantos onde qual quais
        porque olá oi bom boa dia tarde noite obrigado obrigada favor tenho tem têm há foi ser
        estar fazer posso pode podem quero queria gostaria preciso pedido encomenda encomendar
        envio enviar entrega entregam chegou chega preço custa tamanho devolver devolução troca
        reembolso comprar loja aberta aberto horário produto artigo recebi ainda muito bem também
        tudo todos sem desde até sapatos cancelar pagamento pagar cartão problema funciona já este
        esta isso isto mais sobre dois duas três quatro cinco semana semanas mês meses ano hora
        horas minuto manhã amanhã ontem hoje domingo segunda sábado grande maior pequeno pequena
        novo nova nada algo mesmo outro outra vez depois antes sob entre nunca fecham abrem fechar
        abrir trocar quebrou quebrado contra vou vai devo era estes estas agora nem fiz comprei
        deste desta disponível fazem nenhum aqui
        """),
    Sample(
      language: "ro", letters: "ăâîșțşţ",
      words: """
        și si în de la cu pe un o unei unui este sunt eu tu el ea noi voi ei că ce cine nu nu-i da
        sau dar dacă cum când cât câte unde care pentru din prin mai foarte bine meu mea mei mele
        dumneavoastră vostru îmi mi vă te se l am ai are avem aveți au fost fi bună ziua salut
        mulțumesc mulțumiri rog vreau aș dori doresc pot poate puteți comanda comandă comandat
        livrare livrarea livrați colet coletul preț prețul costă mărime mărimea returna returnez
        retur rambursare cumpăra magazin magazinul deschis program produs produsul primit încă tot
        toate fără până pantofi pantofii anula anulez plata plăti card problemă funcționează acest
        această acum ajuns ajunge trebuie doi două trei patru cinci săptămână săptămâni lună luni
        an ore oră minute dimineață mâine ieri azi duminică sâmbătă mare mic mică mici nou nouă
        nimic ceva același alt altă după înainte sub între niciodată zi zile închideți deschideți
        schimba schimb stricat merge era ăsta asta astea nici s-a venit a să una cumpărat
        """),
  ]

  private static let germanic = [
    Sample(
      language: "en", letters: "",
      words: """
        the a an and or but of to in on at for with from by is are was were be been am i you he she
        it we they me my your our his her their this that these those what which who where when why
        how do does did have has had can could will would should may not no yes if there here
        please thanks thank hello hi hey good morning need want like get got buy order ordered
        orders delivery deliver delivered shipping ship price cost much many size return returns
        refund open opening hours store shop product item received still very also all any some
        about long shoes cancel pay payment card problem work working works help know tell more
        than too out up as so just now today don't it's i'm isn't didn't haven't arrived broken new
        find look one two three four five week weeks month months year hour minute tomorrow
        yesterday sunday monday saturday big small bigger larger nothing something anything same
        other another time after before under between never day days ago close closed swap change
        broke against go going must only into over off last first next turn yet u
        """),
    Sample(
      language: "de", letters: "äöüß",
      words: """
        der die das den dem des ein eine einen einem einer und oder aber ist sind war ich du er sie
        es wir ihr mich mir dich ihnen uns mein meine meinen meiner ihre ihren euer was wer wo wann
        warum wie wieviel welche welcher welches nicht kein keine nein ja mit von für auf in im an
        am zu zum zur bei aus nach über um wenn dass ob auch noch schon sehr gut hallo guten tag
        morgen danke vielen bitte haben habe hat hatte kann können könnte möchte will würde brauche
        gibt bestellung bestellt bestellen lieferung liefern liefert versand paket preis kostet
        größe zurückgeben zurück rückgabe erstattung kaufen laden geschäft geöffnet öffnungszeiten
        produkt artikel erhalten angekommen immer alle ohne bis seit schuhe stornieren bezahlen
        zahlung karte problem funktioniert kaputt mehr als so nur jetzt heute werden wird lange
        zwei drei vier fünf woche wochen monat monate jahr stunde stunden uhr minute morgens
        gestern sonntag montag samstag groß große kleine klein kleiner neu neue neues nichts etwas
        andere anderen mal vor unter zwischen nie tage tagen schließen umtauschen tauschen gegen
        gehen geht muss diese dieser dieses eher hätte gerne gern würden sein wieder wegen doch
        bleibt
        """),
    Sample(
      language: "nl", letters: "éëïóöüè",
      words: """
        de het een en of maar is zijn was ik jij je u hij zij ze wij we jullie mij me mijn uw jouw
        onze hun wat wie waar wanneer waarom hoe hoeveel welke welk niet geen nee ja met van voor
        op in aan bij uit naar over om als dat dit deze die ook nog al heel erg goed hallo hoi dag
        goedemorgen goedemiddag bedankt dank graag alstublieft alsjeblieft heb hebben heeft hebt
        kan kunnen kunt kun wil willen zou moet mag nodig bestelling besteld bestellen levering
        leveren bezorgd bezorging verzending pakket prijs kost kosten maat retour retourneren terug
        terugsturen terugbetaling kopen winkel open openingstijden product artikel ontvangen
        aangekomen steeds alle zonder tot sinds schoenen annuleren betalen betaling kaart probleem
        werkt kapot meer dan zo nu vandaag worden wordt lang er te door iets twee drie vier vijf
        week weken maand maanden jaar uur minuten ochtend morgen gisteren zondag maandag zaterdag
        groot grote groter klein kleine nieuw nieuwe niets zelfde andere ander keer na onder tussen
        nooit dagen geleden sluiten ruilen omruilen tegen gaat gaan waren hem dus hier weer laat
        beschikbaar gegaan
        """),
    Sample(
      language: "sv", letters: "åäöé",
      words: """
        och eller men är var jag du han hon den det vi ni de mig dig oss er min mitt mina din ditt
        dina era vad vem när varför hur många mycket vilken vilka inte ingen nej ja med av för på i
        till från om att som detta dessa också ännu redan bra hej god morgon tack snälla har hade
        kan kunna skulle vill behöver finns får måste beställning beställt beställa leverans
        leverera levererar frakt paket paketet pris kostar storlek returnera retur tillbaka
        återbetalning köpa butik butiken öppet öppettider produkt vara fått kommit fortfarande alla
        utan sedan skor skorna avbeställa betala betalning kort problem fungerar trasig mer än så
        nu idag blir lång något en ett efter ska bara två tre fyra fem vecka veckor månad månader
        år timmar klockan minut igår söndag söndagar måndag lördag stor större liten små ny nya
        inget ingenting samma annan andra gång före under mellan aldrig dagar dag stänger öppnar
        byta mot går sönder här där igen bli blev kommer kvar längre
        """),
    Sample(
      language: "da", letters: "æøåé",
      words: """
        og eller men er var jeg du han hun den det vi i de mig dig os jer min mit mine din dit dine
        jeres hvad hvem hvor hvornår hvorfor hvordan mange meget hvilken hvilke ikke ingen nej ja
        med af for på til fra om at som denne dette disse også endnu allerede godt hej god morgen
        tak venligst har havde kan kunne skulle vil gerne behøver findes får skal må bestilling
        bestilt bestille levering leverer levere fragt pakke pakken pris koster størrelse returnere
        retur tilbage tilbagebetaling købe butik butikken åben åbningstider produkt vare varen fået
        modtaget kommet stadig alle uden siden sko skoene annullere betale betaling kort problem
        virker ødelagt mere end så nu dag bliver lang noget en et efter kun lige nogen hjælp to tre
        fire fem uge uger måned måneder år timer klokken minutter går søndag søndage søndagen
        mandag lørdag stor større lille små ny nye intet ingenting samme anden andet gang før under
        mellem aldrig dage lukker åbner bytte byttet mod stykker der her igen blev kommer længere
        tid tager sidste hos
        """),
    Sample(
      language: "no", letters: "æøåéóòô",
      words: """
        og eller men er var jeg du han hun den det vi dere de meg deg oss min mitt mine din ditt
        dine deres hva hvem hvor når hvorfor hvordan mange mye hvilken hvilke ikke ingen nei ja med
        av for på i til fra om at som denne dette disse også ennå allerede bra hei god morgen takk
        vennligst har hadde kan kunne skulle vil gjerne trenger finnes får skal må bestilling
        bestilt bestille levering leverer levere frakt pakke pakken pris koster størrelse returnere
        retur tilbake refusjon kjøpe butikk butikken åpent åpningstider produkt vare varen fått
        mottatt kommet fortsatt alle uten siden sko skoene avbestille betale betaling kort problem
        virker fungerer ødelagt mer enn så nå dag blir lang noe en et etter bare noen hjelp
        kansellere to tre fire fem uke uker måned måneder år timer klokka klokken minutter går
        søndag søndager mandag lørdag stor større liten små ny nye ingenting samme annen annet gang
        før under mellom aldri dager stenger åpner bytte byttet mot slår seg der her igjen ble
        kommer lenger tid tar hjem hos
        """),
  ]

  private static let eastern = [
    Sample(
      language: "fi", letters: "äöå",
      words: """
        ja tai mutta on ovat oli olen olet minä sinä hän me te he se tämä nämä tuo minun sinun
        teidän mitä mikä kuka missä milloin miksi miten kuinka paljon monta ei en et eivät kyllä
        joo että jos kun niin myös vielä jo hyvin hyvää päivää huomenta hei moi terve kiitos
        kiitoksia ole hyvä onko voiko voinko voitteko voin haluan haluaisin tarvitsen tilaus
        tilaukseni tilauksen tilata tilasin toimitus toimitusaika toimitetaan toimitatteko paketti
        pakettini hinta maksaa koko palauttaa palautus takaisin hyvitys ostaa kauppa myymälä auki
        aukioloajat tuote tuotteen saanut saapunut kaikki ilman asti kengät peruuttaa perua maksu
        kortti kortilla ongelma toimi toimii rikki enemmän kuin nyt tänään kauan kestää saako
        missään yksi kaksi kolme neljä viisi viikko viikkoa viikon kuukausi vuosi tunti kello
        minuutti aamulla huomenna eilen sunnuntai sunnuntaisin maanantai lauantai iso isompi pieni
        pientä uusi mitään mikään jotain sama toinen kerran jälkeen ennen alla välillä koskaan
        päivä sitten suljette avaatte vaihtaa vastaan menee täytyy mihin aikaan ne olla tullut eikä
        sen minulle teillä
        """),
    Sample(
      language: "pl", letters: "ąćęłńóśźż",
      words: """
        i lub albo ale jest są był była ja ty on ona my wy oni mnie mi ci mój moja moje moją pana
        pani państwo państwa co kto gdzie kiedy dlaczego jak ile jaki jaka jakie który która nie
        tak z ze w we na do od dla po za o u przez że czy jeśli też także jeszcze już bardzo dobrze
        dzień dobry cześć witam dziękuję dzięki proszę mam ma macie mają mogę można może możecie
        chcę chciałbym chciałabym potrzebuję zamówienie zamówienia zamówić zamówiłem dostawa
        dostawy wysyłka wysyłacie paczka paczki cena kosztuje rozmiar zwrócić zwrot pieniądze kupić
        sklep otwarty otwarte godziny produkt towar otrzymałem dotarła przyszła wszystko bez buty
        butów anulować płatność zapłacić kartą karta problem działa zepsuty więcej niż teraz dziś
        się to ten ta dwa trzy cztery pięć tydzień tygodnie tygodniu miesiąc rok godzina godzinie
        minut rano jutro wczoraj niedziela niedzielę poniedziałek sobota duży większy mały małe
        nowy nowa nic coś sam inny inna raz przed pod między nigdy dni dnia temu zamykacie
        zamknięte wymienić wymiana przeciw idzie muszę te tych tego tym jestem gdy zamówiłam
        kupiłem której poproszę
        """),
    Sample(
      language: "cs", letters: "áčďéěíňóřšťúůýž",
      words: """
        a i nebo ale je jsou byl byla jsem jste já ty on ona my vy oni mě mi mně můj moje má mou
        váš vaše vaši co kdo kde kdy proč jak kolik jaký jaká jaké který která ne ano s se v ve na
        do od pro po za o u z ze že zda jestli když také ještě už velmi dobře dobrý den ahoj děkuji
        díky prosím mám máte mají mohu můžu může můžete chci chtěl chtěla bych potřebuji objednávka
        objednávku objednávky objednat objednal doručení doprava dodání balík zásilka cena stojí
        velikost vrátit vrácení peníze koupit obchod prodejna otevřeno otevírací doba produkt zboží
        dostal přišel přišla dorazila všechno bez boty zrušit platba zaplatit kartou karta problém
        funguje rozbitý více než teď dnes to ten ta si by dlouho dva tři čtyři pět týden týdny
        týdnu měsíc rok hodina hodin minut ráno zítra včera neděle neděli pondělí sobota velký
        větší malý menší nový nová nic něco stejný jiný jednou před pod mezi nikdy dny dní zavíráte
        otevíráte vyměnit výměna proti jde musím tím tom této tento dříve objednala koupil
        dispozici té
        """),
    Sample(
      language: "hu", letters: "áéíóöőúüű",
      words: """
        és vagy de van vannak volt én te ő mi ti ők engem nekem az a egy ez ezt azt mit ki hol
        mikor miért hogyan hogy mennyi mennyibe milyen melyik nem igen is ha még már nagyon jól jó
        napot reggelt szia sziasztok üdvözlöm köszönöm köszi kérem kérek szeretnék szeretném akarok
        tudok tudom lehet tudnak kell kellene rendelés rendelésem rendelést rendelni rendeltem
        szállítás szállítanak szállítási csomag csomagom ára kerül méret méretben visszaküldeni
        vissza visszatérítés pénzt venni vásárolni bolt üzlet nyitva nyitvatartás termék terméket
        kaptam érkezett meg minden nélkül cipő cipőt lemondani törölni fizetés fizetni kártyával
        kártya probléma működik elromlott több mint most ma el be van-e önök csak kettő két három
        négy öt hét hete hónap év óra perc reggel holnap tegnap vasárnap hétfő szombat nagy nagyobb
        kicsi kis új semmi valami ugyanaz másik egyszer után előtt alatt között soha nap napja
        zárnak nyitnak cserélni csere ellen megy ezek azok itt sem vettem kapható
        """),
    Sample(
      language: "tr", letters: "çğıöşüâîû",
      words: """
        ve veya ama var yok ben sen o biz siz onlar bana benim sizin bu şu bir ne kim nerede nerde
        zaman neden niçin nasıl kaç kadar hangi değil evet hayır ile için mi mı mu mü da de ki daha
        çok iyi merhaba selam günaydın günler akşamlar teşekkürler teşekkür ederim lütfen istiyorum
        isterim istiyoruz olur olarak oldu edebilir miyim misiniz alabilir gerekiyor lazım sipariş
        siparişim siparişi siparişimi verdim kargo kargom teslimat teslim paket fiyat fiyatı ücreti
        beden numara iade etmek para almak satın mağaza açık saatleri saat ürün ürünü geldi gelmedi
        gelecek hala henüz hepsi olmadan ayakkabı iptal ödeme ödemek kartı kart kredi sorun
        çalışıyor çalışmıyor bozuk fazla şimdi bugün nereden yapıyor musunuz bedeni iki üç dört beş
        hafta haftalar ay yıl dakika sabah yarın dün pazar pazartesi cumartesi büyük küçük yeni
        hiçbir şey aynı başka kez sonra önce altında arasında asla gün günü kapanıyor
        kapatıyorsunuz açıyorsunuz değiştirmek değiştirebilir karşı gidiyor olmalı bunlar şunlar
        burada bile ettim aldım mevcut dar tane gibi
        """),
  ]
}
