/**
 * What secretaries type, and whom they mean: each line is a query and, after `=`, the RPPS number of the person or the address of the service.
 * Written by hand from the odd cases of the generated world below; nothing of it is derived from how the search works.
 */

/** The world that the numbers belong to: see `testkit/directory/generate-directory.ts`. */
export const relevanceWorld = { seed: 3, activities: 60_000, mailboxes: 16_000 } as const;

const groups: Readonly<Record<string, string>> = {
  'name and first name': `
    mossalade francoise = 89967905764
    leila balmonas = 89974076575
    dr barbade noemie = 89955557056
    cordellaut lucas = 89935808827
    docteur frommouis denis = 89907413655
    delinart adrien = 89950620271
    Mme Bressin Martine = 89940743589
    pr klein samira = 89950618275
    professeur ponconoy = 89979012773`,
  'inverted, partial and with an initial': `
    f mossalade = 89967905764
    becherard b = 89977781049
    dr a delinart = 89950620271
    n chevalier chu paris = 89920990705
    conduey c = 89902470023
    v. chenaine valence = 89901240930
    levy c cannes = 89951854192
    i. toure pneumologue = 89911113432`,
  'as it is typed, letter by letter': `
    balmon lei = 89974076575
    frommoui = 89907413655
    bousciad = 89981481867
    herite = 89902472243
    raffoai maz = 89998770831
    plouzan aud = 89954321215
    delinar mars = 89950620271
    kermar del = 89956793403
    jezeq marie la = 89919755747`,
  'small typing errors': `
    mosalade francoise = 89967905764
    ballmonas leila = 89974076575
    fromouis denis = 89907413655
    cordelaut lucas = 89935808827
    delinard adrien = 89950620271
    bouciade royan = 89981481867
    heriteele mazamet = 89902472243
    guirade agathe orleans = 89911116120
    plousane rennes = 89954321215
    gachard tours = 89945682121
    conduay constance = 89902470023
    castiras vienne = 89902474900
    chenene victoire = 89901240930
    laginc constance dentiste = 89950618903
    ermarrec delphine = 89956793403
    troadc marc belfort = 89982717251`,
  'accents, capitals and ligatures left out or added': `
    jezequel marie laure = 89919755747
    kerguelen beatrice = 89975309280
    toure ibrahim = 89911113432
    noel jean marc chirurgie viscerale = 89953089102
    bressaie aurelien = 89934568919
    leveque michele = 89980250834
    boudue guillaume ergo = 89944445710
    dourdié oyonnax = 89949383338
    ba justine cannes = 89996302447
    crémassière bonnais = 89939507342
    Émeline Delattre gastro = 89953092460`,
  'hyphens, composed first names': `
    marie francoise roy menton = 89939508654
    jean-christophe kerleroux = 89919758303
    marie jose claviney = 89946916254
    marie-josé benmoussa = 89901237571
    jean baptiste ouattara = 89964199122
    marie lou pascal villefranche = 89987656900
    anne laure cheneiere = 89971610558
    marie helene dubaard = 89965437836
    lou anne schwoerer saverne = 89903707902
    francois xavier lefebvre vichy = 89958025838
    j-m vu = 89987656116`,
  'composed family names': `
    bonnal drouade = 89914815397
    belley renaud jean paul = 89909876735
    lopez delporte = 89996296474
    jalal boudain = 89996296698
    rebouart courtetade geriatre = 89913582394
    durand esparalart = 89980250438
    bellay gremey annecy = 89934569800
    blaizaine bouillolion = 89983953764
    millet bossais reims = 89908642138
    marchoart virapoulle = 89995065227
    ah kam cardiologue = 89934569024`,
  'particles and apostrophes': `
    dargenson anne marie = 89956791092
    pr d'argenson marseille = 89956791092
    villerabel agnes = 89992597339
    villerabel sage femme melun = 89938274340
    de kergariou jacques = 89903706235
    saint exupery lambert bruno = 89903704479
    lefebvre de saint germain nimes = 89977783375
    d'haene augustin = 89946916379
    le clech virginie = 89958029533
    leclech avignon = 89958029533
    creac'h gap = 89924696761
    n'guessan jeanne = 89906175487
    nguessan ophelie kiné = 89956792439
    mbemba thomas = 89953090720
    dr ndiaye alice grenoble = 89977779852
    floch jean sebastien = 89960498668
    van den broucke dijon = 89930866911
    vandenbroucke coralie = 89903705682
    lebihan sofiane = 89987654491
    ait ahmed melanie = 89985190845
    benyoussef coqain = 89983957005
    decochetay ajaccio = 89929633538`,
  'short names': `
    dr ho bordeaux vasculaire = 89962967678
    vo colette orthophoniste = 89904941658
    do audrey sage femme nantes = 89991359582
    ngo joel boulogne billancourt = 89920991240
    le claire assistante sociale marseille = 89924693206
    rey estelle asnieres = 89959265110
    mas urologue mantes = 89970376110`,
  'speciality and town': `
    neurologue annecy = 89934569800
    ophtalmo royan = 89981481867
    ophtalmo le tampon = 89928400871
    pediatre mazamet = 89998770831
    pneumologue sedan = 89958028956
    pneumo hyeres = 89953087171
    cardiologue saumur = 89944446395
    gyneco valence = 89901240930
    orl nancy = 89955560555
    orthodontiste belfort = 89982717251
    rhumato abbeville = 89964199122
    endocrino thiers = 89951853889
    pedopsychiatre fort de france = 89925929948
    geneticien toulouse = 89962967066
    medecine vasculaire la ciotat = 89928397028
    chir ortho chambery = 89976548068
    dermato saint denis reunion = 89907411121
    orthophoniste saint malo = 89943211378
    podologue martigues = 89982720016`,
  abbreviations: `
    dr barbier psy bdx = 89961732115
    kine jolivet lens = 89969141251
    ide couloler st malo = 89972840220
    dr levy ortho cannes = 89951854192
    dr delattre cardio saumur = 89944446395
    sf ho limoges = 89962964782
    dr bigot med interne tours = 89958028691
    urgentiste guiraade = 89911116120
    dr fourne pediatre avignon = 89918519573`,
  'saint, sainte, chu, ch': `
    bernard colette st laurent du var = 89987655829
    lefebvre jean saint laurent du var = 89997531952
    lamy st sulpice = 89946917716
    bachay st ouen = 89920988097
    turpin anesthesiste st paul = 89979012377
    cristellas st herblain = 89943216260
    boudiais st hilaire = 89962963099
    lecomte nolwenn chu lyon = 89939507755
    lamy klervi angers = 89961729418
    poirier peggy clinique st cyr redon = 89960495920`,
  'postcode, department by number and by name': `
    mossalade 13200 = 89967905764
    frommouis 92 = 89907413655
    ophtalmo 17200 = 89981481867
    dr lamy 72 psychiatre = 89946917716
    chantaut indre = 89961733980
    mbarga corse du sud = 89959265409
    valentini 2b = 89928397747
    kermarrec finistere = 89956793403
    henis 29100 = 89902472748
    sautron la reunion chirurgien = 89965432258
    ligneraud meuse = 89902475170`,
  'homonyms told apart': `
    da conceicao sandrine infirmiere = 89958024971
    da conceicao sandrine ophtalmo = 89934568182
    maury florian marseille = 89995062208
    maury florian versailles = 89993830432
    lecomte agathe kine besancon = 89944445033
    petit nolwenn villeurbanne = 89950617996
    petit nolwenn medecin = 89940746681
    dupont mohamed strasbourg = 89932100236
    dupont mohamed reunion = 89998767274
    schmitt brigitte villejuif = 89960495565
    schmitt brigitte perpignan = 89934572515
    robin sonia pharmacienne = 89993829368
    robin sonia nice = 89909879275
    leleu emmanuel psychiatre = 89954323880
    leleu emmanuel radiologue lille = 89901239395
    blanc julie had saint denis = 89995067579
    meyer david sage femme = 89967905145`,
  'organisation and service': `
    chu reims planification = centre-de-planification@chu-reims.mssante.example
    ophtalmologie chu lyon = ophtalmologie@chu-lyon.mssante.example
    orl ch toulon = orl@ch-toulon.mssante.example
    chu fort de france neurologie = neurologie@chu-fort-de-france.mssante.example
    cmp enfants roubaix = cmp-enfants-et-adolescents@centre-hospitalier-specialise-roubaix.mssante.example
    samu laval = samu-smur@ch-laval.mssante.example
    had lunel secretariat = secretariat@had-lunel.mssante.example
    had st maur des fosses = cadre-de-sante@had-saint-maur-des-fosses.mssante.example
    dialyse ploemeur = infirmerie@centre-de-dialyse-ploemeur.mssante.example
    ehpad marie curie paris = ehpad-marie-curie@docteurs-lies.mssante.example
    ssiad massy = ssiad-massy@hautsdefrance.mssante.example
    cpts evreux = cpts-du-pays-de-evreux@guyane.mssante.example
    irm le mans = irm.irm-le-mans@messagerie-plus.mssante.example
    labo brun martigues = accueil@laboratoire-brun-martigues.mssante.example
    laboratoire saint christophe le mans = laboratoire-saint-christophe@messagerie-plus.mssante.example
    pharmacie la fontaine vannes = pharmacie-la-fontaine@pharmacien.mssante.example
    pharmacie rodriguez paris = pharmacie-rodriguez@pharmacien.mssante.example
    ime l'etoile du matin montreuil = ime-letoile-du-matin@guyane.mssante.example
    hematologie clinique st georges saint louis = hematologie@clinique-saint-georges-saint-louis.mssante.example
    dac annemasse = secretariat.secretariat.dac-annemasse@medilettre.mssante.example
    medecine interne clinique saint sauveur armentieres = medecine-interne@clinique-saint-sauveur-armentieres.mssante.example`,
  'numbers and addresses': `
    89967905764 = 89967905764
    889934569800 = 89934569800
    8994 4446 395 = 89944446395
    francoise.mossalade@medecin.mssante.example = 89967905764
    dr.kermarrec@medecin = 89956793403
    lea.brossouac@courrier-sante = 89918519011
    orl@ch-toulon.mssante.example = orl@ch-toulon.mssante.example
    748370215 = secretariat.secretariat.dac-annemasse@medilettre.mssante.example
    912933638 ssiad = ssiad-massy@hautsdefrance.mssante.example`,
};

export interface RelevanceQuery {
  readonly group: string;
  readonly text: string;
  /** Eleven digits of a person, or the address of a service. */
  readonly expected: string;
}

export const relevanceQueries: readonly RelevanceQuery[] = Object.entries(groups).flatMap(([group, lines]) =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [text = '', expected = ''] = line.split(' = ');
      return { group, text: text.trim(), expected: expected.trim() };
    }),
);
