"""Sentences in many languages, and the encodings that people kept such texts in."""

from __future__ import annotations

import unicodedata

WESTERN = ("cp1252", "latin_1", "iso8859_15", "mac_roman", "cp850")
CENTRAL = ("cp1250", "iso8859_2", "cp852")
CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")

# Language: (its encodings, its sentences).
SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "English": (
        ("cp1252", "mac_roman"),
        (
            "It’s late, and the captain’s lamp won’t burn; they don’t know who’d light it.",
            "“Come in,” said the miller, “the river’s up and the road’s gone.”",
            "She’d asked twice – in May and in June – but nobody’d answered… not one.",
            "The café’s owner, a naïve man, kept the résumé of every cook he’d met.",
            "‘Why not?’ he said. ‘You’ll see the sea from here – if the fog’s gone.’",
        ),
    ),
    "French": (
        WESTERN,
        (
            "Les élèves étaient déçus, mais la fenêtre restait fermée à cause du vent.",
            "Où est passée la clé ? Elle était là hier, près de la boîte à thé.",
            "Après la fête, le garçon a rangé les gâteaux et s’est couché très tôt.",
        ),
    ),
    "German": (
        WESTERN,
        (
            "Die Bäume über dem Fluß waren grün, und für die Vögel gab es genügend Körner.",
            "Größere Städte hören früher auf zu träumen, sagte der müde Schäfer.",
            "Wir müssen später die Schlüssel für das schöne Häuschen zurückgeben.",
        ),
    ),
    "Spanish": (
        WESTERN,
        (
            "¿Dónde está el niño? Salió mañana y tarde a buscar la canción del río.",
            "El café está frío, pero aún así la señora lo bebió con mucha ilusión.",
            "Después de la lluvia, el jardín parecía más pequeño y más azul también.",
        ),
    ),
    "Portuguese": (
        WESTERN,
        (
            "A estação não é longe, mas o avô já não consegue ir até lá sozinho à noite.",
            "As crianças comeram pão com maçã e depois foram à praia com os irmãos.",
            "Não há razão para a confusão: a lição está escrita no último caderno.",
        ),
    ),
    "Italian": (
        WESTERN,
        (
            "La città è già sveglia, perché il caffè costa poco e la gente può ridere.",
            "Lunedì andrò al mare, più tardi però verrà anche lei, se ne avrà voglia.",
            "Così è la libertà: nessuno sa dov’è, eppure c’è chi la troverà.",
        ),
    ),
    "Swedish": (
        WESTERN,
        (
            "Flickan på ön såg båten gå förbi, och hon längtade över sjön hela året.",
            "Där uppe bor en gammal smed som gör små lås åt människor från byn.",
            "Vi åt smör och ägg på morgonen, sedan körde han hem över ån.",
        ),
    ),
    "Danish": (
        WESTERN,
        (
            "På øen står der et træ, som ingen længere kan nå, når det blæser.",
            "Hun sagde, at både sønnen og bedstefaren måtte blive hjemme og læse.",
            "Bageren på hjørnet sælger brød og æbler, men aldrig før klokken ni.",
        ),
    ),
    "Polish": (
        CENTRAL,
        (
            "Wczoraj wieczorem ktoś zgubił żółtą łódkę, więc dzieci poszły jej szukać nad wodą.",
            "Mój dziadek zawsze mówił, że cisza jest piękniejsza niż najgłośniejsza pieśń.",
            "Jeśli przyjdziesz później, zdążę jeszcze upiec chleb i zagrać na skrzypcach.",
        ),
    ),
    "Czech": (
        CENTRAL,
        (
            "Včera večer někdo ztratil žlutou loďku, a tak ji děti šly hledat k řece.",
            "Můj dědeček vždycky říkal, že ticho je krásnější než nejhlasitější píseň.",
            "Když přijdeš později, stihnu ještě upéct chléb a zahrát si na housle.",
        ),
    ),
    "Hungarian": (
        CENTRAL,
        (
            "Tegnap este valaki elveszítette a sárga csónakot, így a gyerekek keresni kezdték.",
            "A nagyapám mindig azt mondta, hogy a csend szebb a leghangosabb éneknél is.",
            "Ha később jössz, még kisütöm a kenyeret, és őszig hegedülök a tűz előtt.",
        ),
    ),
    "Romanian": (
        ("cp1250", "iso8859_2", "iso8859_16"),
        (
            "Aseară cineva a pierdut barca galbenă, așa că toți copiii au căutat-o lângă râu.",
            "Bunicul meu spunea mereu că liniștea este mai frumoasă decât orice cântec.",
            "Dacă vii mai târziu, voi mai coace pâinea și îți voi cânta până dimineața.",
        ),
    ),
    "Croatian": (
        CENTRAL,
        (
            "Jučer je netko izgubio žuti čamac, pa su ga djeca išla tražiti niz rijeku.",
            "Moj djed je uvijek govorio da je tišina ljepša od najglasnije pjesme u kući.",
            "Ako dođeš kasnije, stići ću još ispeći kruh i odsvirati nešto na violini.",
        ),
    ),
    "Turkish": (
        ("cp1254",),
        (
            "Dün akşam biri sarı kayığı kaybetti, çocuklar da onu ırmak boyunca aradılar.",
            "Büyükbabam hep sessizliğin en yüksek şarkıdan daha güzel olduğunu söylerdi.",
            "Daha geç gelirsen ekmeği pişirir, ateşin karşısında biraz da keman çalarım.",
        ),
    ),
    "Lithuanian": (
        ("cp1257", "iso8859_13"),
        (
            "Vakar vakare kažkas pametė geltoną valtį, todėl vaikai išėjo jos ieškoti prie upės.",
            "Mano senelis visada sakydavo, kad tyla gražesnė už garsiausią dainą pasaulyje.",
            "Jei ateisi vėliau, dar spėsiu iškepti duonos ir pagroti smuiku šalia židinio.",
        ),
    ),
    "Latvian": (
        ("cp1257", "iso8859_13"),
        (
            "Vakar kāds pazaudēja dzelteno laivu, tāpēc bērni gāja to meklēt gar upi.",
            "Mans vectēvs vienmēr teica, ka klusums ir skaistāks par visskaļāko dziesmu.",
            "Ja tu atnāksi vēlāk, es vēl paspēšu izcept maizi un paspēlēt vijoli.",
        ),
    ),
    "Russian": (
        CYRILLIC,
        (
            "Вчера вечером кто-то потерял жёлтую лодку, и дети пошли искать её вдоль реки.",
            "Мой дед всегда говорил, что тишина красивее самой громкой песни на свете.",
            "Если ты придёшь позже, я ещё успею испечь хлеб и немного поиграть на скрипке.",
            "Зима была долгой; снег лежал до самого мая, и никто не помнил, какого цвета земля.",
        ),
    ),
    "Ukrainian": (
        ("cp1251", "koi8_u", "iso8859_5"),
        (
            "Учора ввечері хтось загубив жовтий човен, і діти пішли шукати його вздовж річки.",
            "Мій дід завжди казав, що тиша гарніша за найгучнішу пісню у світі.",
            "Якщо ти прийдеш пізніше, я ще встигну спекти хліб і пограти на скрипці.",
        ),
    ),
    "Bulgarian": (
        ("cp1251", "cp866", "iso8859_5"),
        (
            "Снощи някой изгуби жълтата лодка и децата тръгнаха да я търсят край реката.",
            "Дядо ми винаги казваше, че тишината е по-красива и от най-силната песен.",
            "Ако дойдеш по-късно, ще успея да изпека хляб и да посвиря на цигулка.",
        ),
    ),
    "Greek": (
        ("cp1253", "iso8859_7"),
        (
            "Χθες το βράδυ κάποιος έχασε την κίτρινη βάρκα και τα παιδιά την έψαχναν.",
            "Ο παππούς μου έλεγε πάντα ότι η σιωπή είναι πιο όμορφη από κάθε τραγούδι.",
            "Αν έρθεις αργότερα, θα προλάβω να ψήσω ψωμί και να παίξω λίγο βιολί.",
        ),
    ),
    "Hebrew": (
        ("cp1255", "iso8859_8"),
        (
            "אתמול בערב מישהו איבד את הסירה הצהובה והילדים הלכו לחפש אותה ליד הנהר.",
            "סבא שלי תמיד אמר שהשקט יפה יותר מן השיר הרם ביותר בעולם.",
            "אם תבוא מאוחר יותר אספיק לאפות לחם ולנגן קצת בכינור מול האש.",
        ),
    ),
    "Arabic": (
        ("cp1256", "iso8859_6"),
        (
            "أضاع أحدهم القارب الأصفر مساء أمس، فذهب الأطفال يبحثون عنه على طول النهر.",
            "كان جدي يقول دائما إن الصمت أجمل من أعلى أغنية في العالم.",
            "إذا جئت متأخرا فسوف أخبز الخبز وأعزف قليلا على الكمان أمام النار.",
        ),
    ),
    "Thai": (
        ("cp874",),
        (
            "เมื่อวานเย็นมีคนทำเรือสีเหลืองหาย เด็กๆ จึงออกไปตามหาริมแม่น้ำ",
            "ปู่ของฉันพูดเสมอว่าความเงียบงดงามกว่าเพลงที่ดังที่สุดในโลก",
            "ถ้าเธอมาช้ากว่านี้ ฉันจะยังมีเวลาอบขนมปังและเล่นไวโอลินสักเพลง",
        ),
    ),
    "Vietnamese": (
        ("cp1258",),
        (
            "Tối qua có ai đó làm mất chiếc thuyền màu vàng nên bọn trẻ đi tìm dọc bờ sông.",
            "Ông tôi luôn nói rằng sự im lặng đẹp hơn cả bài hát to nhất trên đời.",
            "Nếu bạn đến muộn hơn, tôi vẫn kịp nướng bánh mì và chơi một khúc vĩ cầm.",
        ),
    ),
    "Korean": (
        ("cp949", "johab", "iso2022_kr"),
        (
            "어젯밤에 누군가 노란 배를 잃어버려서 아이들이 강가를 따라 찾으러 나섰다.",
            "할아버지는 세상에서 가장 큰 노래보다 고요함이 더 아름답다고 늘 말씀하셨다.",
            "조금 늦게 오면 나는 그사이에 빵을 굽고 불 앞에서 바이올린을 켤 수 있을 것이다.",
            "겨울은 길었다. 오월까지 눈이 쌓여 있었고, 땅이 무슨 색이었는지 아무도 몰랐다.",
        ),
    ),
    "Simplified Chinese": (
        ("gb18030", "gb2312", "hz"),
        (
            "昨天晚上有人把黄色的小船弄丢了，孩子们就沿着河边去找它。",
            "爷爷常说，安静比世界上最响亮的歌还要美丽。",
            "如果你来得晚一些，我还来得及烤好面包，在火边拉一会儿小提琴。",
            "冬天很长，雪一直积到五月，谁也不记得土地是什么颜色。",
        ),
    ),
    "Traditional Chinese": (
        ("big5", "cp950"),
        (
            "昨天晚上有人把黃色的小船弄丟了，孩子們就沿著河邊去找它。",
            "爺爺常說，安靜比世界上最響亮的歌還要美麗。",
            "如果你來得晚一些，我還來得及烤好麵包，在火邊拉一會兒小提琴。",
            "冬天很長，雪一直積到五月，誰也不記得土地是什麼顏色。",
        ),
    ),
    "Japanese": (
        ("shift_jis", "euc_jp", "iso2022_jp"),
        (
            "昨日の夜、誰かが黄色い舟をなくしたので、子どもたちは川のほとりを探しに行った。",
            "祖父はいつも、世界でいちばん大きな歌よりも静けさのほうが美しいと言っていた。",
            "それはとてもさむいよるのことでした。だれもそとにはでませんでした。",
            "バスのチケットとコーヒーをテーブルにわすれてきました。",
        ),
    ),
}

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PLAIN = str.maketrans("’–șțȘȚ", "'-şţŞŢ")


def texts_of(language: str) -> list[str]:
    """Each sentence of a language alone, and all of them as lines."""
    sentences = SENTENCES[language][1]
    return [*sentences, "\n".join(sentences) + "\n"]


def fitted(text: str, encoding: str) -> str:
    """The text as people wrote it where an encoding lacks a sign of it."""
    if encoding == "cp1258":
        return "".join(_tone_apart(character) for character in text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN)
    return text


def _tone_apart(character: str) -> str:
    try:
        character.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", character)
        letter = "".join(part for part in parts if part not in _TONES)
        tones = "".join(part for part in parts if part in _TONES)
        return unicodedata.normalize("NFC", letter) + tones
    return character
