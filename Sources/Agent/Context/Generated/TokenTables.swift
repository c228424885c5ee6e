// Written by Unicode/token_tables.py.

/// What is a token in cl100k_base and in o200k_base.
enum TokenTables {
  /// Words that are one token each: small or with a big first letter, with and without a space.
  static let words = """
    ability about above acc accept access according account accounts act action actions active \
    activity actor actual actually add added adding additional address addresses adds adv \
    advanced after again against age agent ahead air airport alarm album algorithm alignment \
    all allow allowed allows along alpha already also alternative although always american \
    among amount analysis and animal another answer any anything apache api app application \
    applications apply appointment architecture archive are area argument arguments arm around \
    array art ask assigned associated attached attack attempt attribute attributes audio \
    authentication author authority auto automatic available average avoid award away awesome \
    baby back backend backup bad bag balance ball band bank bar base based basic bay because \
    bed been before begin behavior being below best beta better between big bill binary binding \
    bit bits black block blocks blood blue body book booking boot born both box branch brand \
    break bridge bring brown browser bucket buffer build building built bus business but buy \
    byte bytes cab cache calendar call callback called caller calling calls can cancel cannot \
    cap capital car carbon card cards care cargo carrier cars case cases cast category cause \
    cell cells center central certificate chain change changed changes changing channel \
    character characters charge check checked checking checkout checks child children choice \
    choose church cipher city class classes classic clean clear cli client clients clock clone \
    close closed cloud club cluster code codes coffee cold collect collection color colors \
    column columns com come coming command commands commit common communication compact company \
    compatible compile compiler complete completion complex component components composer \
    compression compute computer condition conditions conf config configuration configure \
    confirm confirmation connect connected connection connections consider console constant \
    constraint contact container contains content contents context control controls conversion \
    convert cool copy core correct cost could count countries country course cover create \
    created creates creating creation criteria cross css currency current currently cursor \
    custom cut dark data database date dates day days death debug default defaults define \
    defined defines definition degree degrees delete deleted delivery delta depart dependencies \
    dependency depending deployment deprecated describe description descriptor design desktop \
    destination details dev developer development device devices dictionary did die diff \
    difference different digest direct director directory disable disabled disk display \
    distribution doc docs doctor document documentation documents does dog doing domain don \
    done double down download drink drive driver drop dry due dump during dynamic each early \
    earth east easy eat edge edit editing editor effect effective either element elements else \
    email embedded empty enable enabled encoding end endpoint engine english ensure enter \
    entries entry environment episode equal error errors escape even event events ever every \
    everything example examples except exchange execute execution exist existing exists exit \
    expected export express expression extended extension extensions external extra extract \
    face fact fail failed failure fall false family fast father feature featured features feel \
    female fetch few field fields file filename files fill film filter filters final finally \
    find finding fine first fish fit five fixed flag flags flat flight fly folder following \
    font fonts foo food foot football for force foreign form format formats former forms \
    forward found four framework free friend friendly friends from front full fully fun \
    function functions future game games gas gateway gear gender general generate generated \
    generation generator generic genre get gets gift git github give given global goal god \
    going good google got government graph graphics great greater green grey ground group \
    groups gtk guest gui had hair half hand handle handler handles handling happy hard hardware \
    has hash have having head header headers health heart heavy hello help helper her here high \
    higher his history hit hold home hope host hot hotel hour hours house how however html http \
    human ice identifier identity ignore image images implement implementation import important \
    include included includes including index individual info information init initial input \
    inside install installation installed instance instances instead instruction insurance \
    integer integration interactive interest interesting interface interfaces internal \
    international internet interval into invalid iso issue item items its java javascript job \
    jobs john json just keep kernel key keyboard keys kids kind king kit know knowledge known \
    label labels lake land lane language languages large las last later latin law layer leading \
    least leave left length less let lets letter letters level lib library life light like \
    limit limited line linear lines link linked links linux list listen lists little live \
    living load loaded loc local locale located location locations lock log logging login logs \
    long look looking looks loop los lost lot love low lower lua mac machine macro made mail \
    main maintenance major make makes making man manage managed management manager manual many \
    map mapping maps mark mask master match matches matching material max maximum may maybe \
    mean means measure media meet member members memory men menu merge message messages \
    metadata metal method methods metrics middle mind minimum minute minutes missing mode model \
    models modern modified modify module modules moment money monitor month months more most \
    mother motion mount move movie movies much multi multiple music must name named names \
    namespace national native natural near need needed needs net network never new next nice \
    night node nodes non none normal normally north not note nothing notification now null \
    number numbers object objects off offer offers office official offset often oil okay old \
    once one online only open opening operation operations operator option optional options ord \
    order ordered orders org organization origin original other others otherwise our out output \
    outside over override own owner pack package packages packet page pages paid pair paper \
    parallel parameter parameters parcel parent park parse parser part partition parts party \
    pass passed password past patch path paths pattern patterns pay payment payments pdf people \
    per percent perfect perform performance period permission person persons pets phone php \
    physical pick piece pieces pipe pipeline place places plain plan plane plant platform play \
    played player playing please plugin plugins plus point pointer points policy pool pop \
    popular port position possible post power pre preferred prefix present press previous price \
    prices primary print printing prior priority private pro probably problem proc procedure \
    process processing processor product production products profile program progress project \
    projects properties property protocol provide provider proxy public pull purchase pure \
    purpose push put python qualified quality queries query queue quick radio rain random range \
    rate rated rather rating raw reach read reading ready real really reason receipt receive \
    received recommend recommended record records red refer reference references region regions \
    register regular related relative release released remote remove removed rent repair \
    replace replacement report repository represent representation request requests require \
    required requires reservation reserved resource resources response rest restaurant result \
    results ret retrieve return returned returns revision rich right ring river road robot rock \
    role roles roman room rooms root round route router row rows ruby rule rules run running \
    runs runtime safe salt same sample san sand save saved say scale scan schedule scheduled \
    schema scheme school science scope screen script scripts sea search season seat second \
    seconds secret section sections secure security see select selected selection self send \
    sending sent sequence serial series serve server servers service services session set sets \
    setting settings setup seven shape share shared she shell ship shipping shop short should \
    show shows side sign signal signature similar simple since single site six size sizes skin \
    small snapshot snow social socket soft software solution some someone something sometimes \
    son song songs soon sorry sort sound sounds source sources south space span speaker special \
    species specific speech speed split sports spring sql stack stage stand standard star stars \
    start started starting state statement states static station statistics status stay step \
    still stock stop storage store stored stores story stream streams street string strings \
    strong structure study style sub subject success successful such suite sun support \
    supported sure surface switch symbol symbols syntax sys system systems table tables tag \
    tags tail take taken taking talk target task tasks tcp team tell temperature template \
    templates ten term terminal terms test testing tests text than thank thanks that the their \
    them theme then there these they thin thing things think third this those though thread \
    threads three through thus ticket tickets time timeout timer times title today too tool \
    tools top topic total town trace track tracking traditional traffic trail train transaction \
    transfer transport travel tree trees trigger trip true try trying turn two type types \
    unable under unicode union unique unit units unix unless until update updated updates upon \
    uri url usage use used user users uses using usually utf utilities utility valid value \
    values van variable variables vector venue verify version versions very via video view \
    viewer virtual visit volume wait walk wall want war warm warning was watch water way \
    weather web website week weight welcome well were west western what when where whether \
    which while white who whole why wide widget width wifi will win wind window windows winter \
    with within without woman women won wood word words work working works world would wrapper \
    write writer writing written wrong xml yeah year years yellow yes yet you young your zero \
    zip zone
    """
  /// Scalars beyond ASCII that are one token.
  static let singles = """
    80 92 a0-b7 b9-c4 c7 c9 cd-ce d0-d1 d3 d6-d7 da dc df-f6 f8-fd 101 103 105 107 10d 110-111 \
    113 119 11b 11f 12b 130-131 142 144 14d 151 153 159 15b 15f 161 163 165 16b 16f 171 17a 17c \
    17e 1a1 1b0 219 21b 259 275 300-301 3ac-3af 3b1-3b5 3b7-3bd 3bf-3c7 3c9 3cc 402 410-415 \
    417-418 41a-424 426-427 42d 42f-44f 451 456 5d0-5d1 5d3-5d5 5d7 5d9 5dc 5de 5e0 5e2 5e8-5ea \
    60c 623 625 627-63a 641-64a 64e-652 67e 6a9 6af 6cc 902 915 924 928 92a 92e 930 932 938-939 \
    93e-941 947 94b 94d 9a8 9b0 9be-9bf 9c7 9cd bbf bc1 bcd d4d e01-e02 e04 e07-e08 e0a e13-e17 \
    e19-e1c e1e e21-e23 e25 e27 e2a-e2b e2d e30-e35 e37-e39 e40-e41 e43-e44 e47-e49 e4c 17b6 \
    1ea1 1ea3 1ea5 1ea7 1ea9 1ead 1eaf 1eb7 1ebf 1ec1 1ec3 1ec7 1ec9 1ecb 1ecd 1ecf 1ed1 1ed3 \
    1ed5 1ed7 1ed9 1edb 1edd 1edf 1ee3 1ee5 1ee7 1ee9 1eed 1eef 1ef1 200b-200c 200e 2010-2011 \
    2013-2015 2018-201a 201c-201e 2020 2022 2026 2030 2032-2033 203a-203b 2082 20ac 2122 \
    2190-2193 2212 2500-2502 2550-2551 2557 255d 2588 2591 25a0 25ba 25cf 2605-2606 2634 2640 \
    2665 266a 2714 3000-3002 300a-3011 301c 3042 3044 3046 3048 304a-304d 304f 3051 3053-3059 \
    305b 305d 305f-3061 3063-3064 3066-306b 306e-3070 307e-307f 3081-3082 3084 3088-308d 308f \
    3092-3093 30a2-30a4 30a6-30a8 30aa-30ab 30ad 30af-30b0 30b3 30b5 30b7-30bb 30bf-30c1 30c3 \
    30c6-30cb 30d0-30d1 30d3-30d7 30da 30dd-30de 30e0-30e1 30e3 30e5 30e7 30e9-30ed 30f3 \
    30fb-30fc 4e00 4e07 4e09-4e0b 4e0d-4e0e 4e13 4e1a 4e1c 4e24 4e2a 4e2d 4e32 4e3a-4e3b \
    4e48-4e49 4e4b 4e5f 4e66 4e86 4e8b-4e8c 4e8e 4e94 4e9b 4ea4 4ea7 4eab-4eac 4eba 4ebf \
    4eca-4ecb 4ece 4ed6 4ed8 4ee3 4ee5 4eec 4ef6-4ef7 4efb 4efd 4f01 4f18 4f1a 4f20 4f46 4f4d \
    4f53 4f55 4f59 4f5c 4f60 4f7f 4f8b 4f9b 4fa1 4fdd 4fe1 4fee 500d 503c 505c 50cf 5143 5148 \
    5165 5168 516c 5171 5173 5176-5177 5185-5186 518c-518d 5199 51fa-51fb 5206 5217 5219 521d \
    5229 522b 5230 5236 524d 529b 529f-52a1 52a8 52d5 5305 5316-5317 533a 5341 5348 534e 5355 \
    5357 5373 5386 539f 53bb 53bf 53c2 53ca-53cb 53cd 53d1 53d6 53d8 53e3 53ea 53ef-53f0 53f3 \
    53f7-53f8 5408 540c-540e 5411 5426 542b-542c 542f 544a 5458 5468 547d 548c 54c1 54c8 5546 \
    554f 5668 56db 56de 56e0 56fd-56fe 571f 5728 5730 573a 5740 578b 57ce 57fa 5831 5834 586b \
    589e 58f0 5904 5907 590d 5916 591a 5927 5929 5931 5934 5973 597d 5982 59cb 5b50 5b57-5b58 \
    5b66 5b89 5b8b-5b8c 5b9a 5b9e 5ba1-5ba2 5bb6 5bb9 5bc6 5bf9 5bfc 5c06 5c0f 5c11 5c14 5c31 \
    5c40 5c55 5c71 5c81 5dde 5de5-5de6 5df2 5e02-5e03 5e38 5e73-5e74 5e76 5e7f 5e8f 5e93-5e94 \
    5e97 5ea6 5efa 5f00 5f02 5f0f 5f15 5f20 5f53 5f55 5f62 5f71 5f84-5f85 5f8c 5f97 5fae 5fc3 \
    5fc5 5fd7 6001 601d 6027 603b 606f 60a8 60c5 610f 611f 6210-6211 6216 6237 6240 624b 6253 \
    627e 6280 6295 62a5 62c9 6301 6307 6309 6362 636e 6392 63a5 63a8 63d0 64ad 652f 6536 6539 \
    653e-653f 6548 6570 6574 6587 6599 65ad 65b0 65b9 65cf 65e0 65e5 65f6 660e 6613 661f 662f \
    6642 666f 66f4 6700 6708-6709 670d 671f 6728 672a 672c 673a 6743 675f 6761 6765 677f 6784 \
    6790 679c 67e5 6807 6837-6838 683c 6848 68c0 6a21 6b21 6b3e 6b62-6b65 6b73 6bb5 6bcf 6bd4 \
    6c11 6c17 6c34 6c42 6c5f 6c7d 6ca1 6cbb 6cd5 6ce8 6d3b 6d41 6d77 6d88 6e05 6e38 6e90 706b \
    70b9 7121 7136 7247-7248 7269 7279 7387 73af-73b0 7403 7406 751f 7528 7531 7535 7537 753b \
    754c 756a 767b 7684 76d1 76ee 76f4 76f8 7701 770b-770c 771f 77e5 7801 786e 793a 793e 7968 \
    79c1 79cd 79d1-79d2 79f0 79fb 7a0b 7a0d-7a0e 7a3f 7a7a 7acb 7ad9 7ae0 7aef 7b11 7b26 7b2c \
    7b49 7b7e 7b80 7b97 7ba1 7bb1 7c73 7c7b 7cfb 7d20 7d22 7ea6-7ea7 7ebf 7ec4 7ecf 7ed3 7ed9 \
    7edc 7edf 7f16 7f51 7f6e 7f8e 8001 8003 8005 800c 8054 80fd 81ea 81f3 8272 8282 82f1 85cf \
    884c 8868 88c5 897f 8981 898b 89c1 89c4 89c6 89d2 89e3 8a00 8a08 8a18 8a71 8aad 8ba1 8ba4 \
    8bae 8bb0 8bba 8bbe 8bc1 8bc4 8bd5 8bdd 8be2 8be5-8be6 8bed 8bef 8bf4 8bf7 8bfb 8c03 8c61 \
    8d23 8d25-8d27 8d2d 8d39 8d44 8d77 8d85 8def 8eab 8f66 8f6c 8f6f 8f7d 8f91 8f93 8fbe 8fc7 \
    8fd0-8fd1 8fd8-8fd9 8fdb 8fde 8ff0 9000-9001 9009 901a 901f-9020 9023 9053 90ae 90e8 90fd \
    914d 91ca 91cc-91cd 91cf 91d1 949f 94ae 94fe 9500 9519 952e 957f 958b 9593 95a2 95e8 \
    95ed-95ee 95f4 961f 9633 9646 9650 9662 9664 96c5-96c6 96f7 9700 975e 9762 97f3 9875 9879 \
    9884 9891 9898 989d 9996 9a8c 9ad8 9ed1 ac00 ac04 ac12 ac1c ac70 ac8c acb0 acbd ace0 acf5 \
    acfc ad6c adf8 ae00 ae30 b098 b0b4 b294 b2a5 b2c8 b2e4 b2f9 b300 b3c4 b3d9 b418 b41c b4dc \
    b4e0 b4e4 b514 b77c b798 b7ec b825 b85c-b85d b8cc b958 b978 b97c b984 b9ac b9cc ba54 ba74 \
    ba85 baa9 bb38 bbf8 bc84 bc88 bcf4-bcf5 bd80 bd84 be44 c0ac c0b0 c0c1 c0c9 c0dd c11c c131 \
    c138 c158 c18c c218 c2a4 c2b5 c2dc-c2dd c2e0 c544 c57c c5b4 c5d0 c5ec c5f4 c624 c640 c694 \
    c6a9 c6b0 c6b4 c6d0 c704 c73c c740 c744 c74c c758 c774 c778 c77c c784-c785 c790-c791 c7a5 \
    c7ac c801 c804 c815 c81c c838 c870 c8fc c9c0 c9c4 c9f8 ccb4 cd9c ce58 d06c d0dc d130 d134 \
    d2b8 d2bc d558 d55c d560 d568 d574 d638 d654 d658 d68c fe0f feff ff01 ff08-ff09 ff0c-ff1b \
    ff1e-ff1f ff3e ff5e ff65 ffe5 fffd
    """
  /// Tokens of a scalar at most, by blocks of 64 from U+0080: tokens x blocks.
  static let charges = """
    2x30 3x4 2x8 3x2 2x13 3x1 2x2 3x2 2x1 3x2 2x1 3x26 2x2 3x26 2x2 3x4 2x3 3x1 2x3 3x1 2x2 3x7 \
    2x1 3x2 2x6 3x2 2x3 3x33 2x4 3x1 2x1 3x114 2x10 3x1 2x1 3x1 2x13 3x1 2x4 3x4 2x3 3x1 2x7 \
    3x1 2x1 3x5 2x6 3x4 2x11 3x1 2x2 3x3 2x8 3x1 2x2 3x1 2x14 3x1 2x1 3x1 2x1 3x6 2x17 3x4 2x1 \
    3x2 2x1 3x3 2x2 3x4 2x3 3x3 2x2 3x3 2x5 3x3 2x2 3x1 2x12 3x1 2x2 3x1 2x2 3x4 2x5 3x1 2x4 \
    3x3 2x7 3x1 2x2 3x8 2x1 3x7 2x3 3x2 2x5 3x2 2x11 3x5 2x7 3x3 2x1 3x4 2x1 3x5 2x12 3x2 2x4 \
    3x2 2x1 3x2 2x1 3x17 2x1 3x2 2x1 3x49 2x4 3x1 2x1 3x1 2x3 3x8 2x1 3x1 2x2 3x4 2x2 3x1 2x1 \
    3x1 2x2 3x2 2x2 3x9 2x4 3x1 2x1 3x1 2x3 3x1 2x2 3x4 2x2 3x1 2x2 3x2 2x1 3x1 2x1 3x9 2x5 3x3 \
    2x2 3x9 2x10 3x1 2x1 3x3 2x1 3x1 2x2 3x8 2x1 3x1 2x1 3x3 2x1 3x2 2x1 3x7 2x1 3x1 2x2 3x5 \
    2x1 3x1 2x1 3x8 2x1 3x2 2x2 3x104 2x1 3x53 2x1 3x3 2x4 4x80 3x1 4x11 3x1 4x239 3x1 4x245 \
    3x1 4x73 3x1 4x55 3x1 4x123 3x64 4x11 3x1 4x52 3x18 2x1 3x5 2x1 3x39
    """
  /// Pairs of the space, a to z and A to Z that are one token: a bit each.
  static let pairs = """
    fffffffffffffdffffff0000008fff7ff1000000ffffff3000000efffff7000000cffffff0000008ffefff000000\
    0ff9fef3000000efbfff7000000cffffff0000008fdfff00000000ffffe71000000efffdf7000000cfffff700000\
    08fff7ff1000000ffffef3000000efffff7000000c76ee730000008ffefff1000000ffffff3000000efbfdf70000\
    00cfffbff0000008fff7ff0000000ffffed1000000e72fd17000000c77fb7f0000008fde7ee1000000eeffefffff\
    fff2a29c2afff7ffc762956ffdfef99802f0efffdf3e2cbfbdf7fffba32dc29ffe7fec442950ff9fef9880688ffb\
    fff782cfe8cfffffb2208828f8b6714468804ffdfe698903c9efafd72f11ce1dfffff76b3ac2bfff7ff9a6fa30ff\
    dfef88e62fcefffdf3001081c50ee702218929ffe7ff456ff6dffffffbcc26bfefbfdf7289be0cf5faf622aa82af\
    be7714460914ffdfec0480000e723d13110401451e33d021000885031e1
    """
  /// Triples of the space and a to z that are one token: a bit each.
  static let triples = """
    1000000ffffefbfff7ffdffffffefffff7ffffffbffffffcffebffefffdf3fffffebf8def0c7ffbfdefffdf3ffff\
    ffbfff7ffdf7fbffefffff37018f58ffefffdffffffefffff7ffdbefbffe7ffdf7fb3fe72fd73551ee09dea3a610\
    00000a105410f994609ed6278d7e49b6a100800b3104888e03f8404a9400107c1011144188c22e84f57174632b93\
    2dd76c030000004463b340000020f7dfe19ece7e8546397ccd01c111516609086128040000422088001114013000\
    000833f97cc20000040000004000008f7b83101000000000000000000c79a9380000000000000880221000002004\
    0000003086ec10000200000000220802080008002001000a16834000000000000000000000408000000000000000\
    0071c7700100000e1280004202208f1f5b00810000002000015d6e59c04770000000022288101350600500420000\
    00200307df1020801100000005441040000c40108868080c47000000000100000000000000000000000040000000\
    c78ff0126420001000006301802f7cfeaa00002004000000000000d707e200000000000000080100010000080800\
    20815c03000200000000008800209000a02000080004148280000000000000000000000002000080000000000001\
    064113000008ec036056401540305c009300c080242400000800010500000000080802604e4e374632a922dd56c3\
    300000000000140000020f55fe29ac2668556097c0000c0011008000001200500320220000000000000000008b0a\
    cb200000004000000000020c70a801a7200100000000000000831a822000000000000004002c8000002000000000\
    086680000020000000022020000008800800428000a8000000000000000000000000000000000000000000080c53\
    8400000080000000000000d4c372000000200000000010808c143600000000000000001110010000400400040010\
    ecd0000041000000044003000000010014000888010000000000000000000000000000000000000000000a09be01\
    0000000000200000140091d3ea100000000000000010000e08be000000000000000000000010000000000004d1ea\
    710000100000000800002000000002220010b0014000000000000000000000000080000000000000000831fd1411\
    14e18ac62685e421168de7cf41314e198e83f80000040012000091560188c22e046471346b2a920df5eda360c1f5\
    45623b40000020d1d5d09ece6e8546497c00028001114201000000440010020000001114212000000832f8970000\
    0000000000002000058c830000000000000000000000608030000000000000000000000000200002000020034010\
    20000000000000000000008080000000021880000000000000800000000000000000000000000000444570020000\
    000000000000008c44178000000000000000000000c0c55000000000200000010000000000000000002087d40000\
    000000000004000000020000010000000403000000000000000000000000000000000000000000ec0be610040200\
    2000006000c00df5fee300000000000000000800f56fc20000000000000023200200000000020000873bbb300000\
    000000000000040444002202804001400c8000400000000000000000100240000000000000008df5d13000000000\
    000080420000987c1400000000000100000000a305c11000000000000000000022002000000080050c1711062800\
    0000000000000002000000000100025c114000000000000000000000009000000000000000022fab800004000000\
    00880422046bb9bd00000001104280000000472f3300000000000000000000000000000000000c20be6020900000\
    0000000000000000800844028000402000000000000000000000400400000000000000000400000c4c2114a2b9c1\
    6b11441100012008400302a3dc0210820004041700040000222882097d4c39988628465813c018f510599ce01000\
    000cf5db7ca239910191ce005a45754440104222d802000000900020004000040000000c4d2e0100002080640100\
    408000c5d2f0200000000000002220102c50ee80000000001002022018120000000020000024aa31020881200000\
    08c80260014002c2218c022002e00000000020000000000000000000000000000000000000000000000000000000\
    00000000000000000000000000000000100000000000000000000400000001000000000000000000000000000000\
    00008010000000000024222880000000000000000000000000000000000000000008bfee3f000000008000000100\
    00cf7ffff00000002000000000220cf9fbba0000000000000000000000000002b00000e5dbef3208000000000000\
    000001008c00204000821d2380000000000000000000000080100000000000000040c55900000000010500004000\
    8eaef7c000000000200001110200e2c5640000000402002210000000000200200010800700091942010040000100\
    080a431910995561110857001182000000000000000000812000000000000000248be9000400000002000000000d\
    1cbe8000000000020002200c02c18b800000000000000002008000088000000000435fb34000100000000088842a\
    c000000602211020000200000000000010000040100008000000000000000000054103114401ac22605640354010\
    7c140300c088e02a0040a0004105c1011000188802c04e53374632f920d576c1000002046003340000000b797e19\
    bc26f05d6493c00024000104040000000040000022080000100012000000050b83000000000000000000000032a8\
    3c00000000000000000000471fb38000000000000000000000000000000000080826810001000000000020800000\
    080000020000400000000000000000000000000000000000000000000000045790000000000000000000005a4110\
    000000000000000004001c271600000000000000000000000000000200000000c480000000000000000000000000\
    000000000000000000000000000080000000000010000000000000000f300008f10000cf00000e700000f300408f\
    10000000000000004005002c20000000000000000008000080000000000000880000000000000000000000000000\
    00000000000000000000000000000000001000000200000000000000015c90000000004400010000000004c10000\
    00000000000000000002000000000000000004402000022200051020010001900400004000000001000000800401\
    020020000600000000000000000000000000000200000000000000118a1000000000000000000000068f83100000\
    00000000000000044192000000000000000000000000000000000000000240000000000000000000000000000080\
    000000100000000000000000000000000040002008000
    """
}
