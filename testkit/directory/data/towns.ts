/** Departments and towns of France: `name|postcode|commune code|population in thousands`, enough of each department. */

/** Names of the departments by their code. */
export const departmentNames: ReadonlyMap<string, string> = new Map(
  `
01 Ain;02 Aisne;03 Allier;04 Alpes-de-Haute-Provence;05 Hautes-Alpes;06 Alpes-Maritimes;07 Ardèche;08 Ardennes;09 Ariège;10 Aube;11 Aude;12 Aveyron;13 Bouches-du-Rhône;14 Calvados;15 Cantal;16 Charente
17 Charente-Maritime;18 Cher;19 Corrèze;2A Corse-du-Sud;2B Haute-Corse;21 Côte-d’Or;22 Côtes-d’Armor;23 Creuse;24 Dordogne;25 Doubs;26 Drôme;27 Eure;28 Eure-et-Loir;29 Finistère;30 Gard;31 Haute-Garonne
32 Gers;33 Gironde;34 Hérault;35 Ille-et-Vilaine;36 Indre;37 Indre-et-Loire;38 Isère;39 Jura;40 Landes;41 Loir-et-Cher;42 Loire;43 Haute-Loire;44 Loire-Atlantique;45 Loiret;46 Lot;47 Lot-et-Garonne
48 Lozère;49 Maine-et-Loire;50 Manche;51 Marne;52 Haute-Marne;53 Mayenne;54 Meurthe-et-Moselle;55 Meuse;56 Morbihan;57 Moselle;58 Nièvre;59 Nord;60 Oise;61 Orne;62 Pas-de-Calais;63 Puy-de-Dôme
64 Pyrénées-Atlantiques;65 Hautes-Pyrénées;66 Pyrénées-Orientales;67 Bas-Rhin;68 Haut-Rhin;69 Rhône;70 Haute-Saône;71 Saône-et-Loire;72 Sarthe;73 Savoie;74 Haute-Savoie;75 Paris;76 Seine-Maritime
77 Seine-et-Marne;78 Yvelines;79 Deux-Sèvres;80 Somme;81 Tarn;82 Tarn-et-Garonne;83 Var;84 Vaucluse;85 Vendée;86 Vienne;87 Haute-Vienne;88 Vosges;89 Yonne;90 Territoire de Belfort;91 Essonne
92 Hauts-de-Seine;93 Seine-Saint-Denis;94 Val-de-Marne;95 Val-d’Oise;971 Guadeloupe;972 Martinique;973 Guyane;974 La Réunion;976 Mayotte`
    .trim()
    .split(/[;\n]/u)
    .map((line) => {
      const [code = '', ...name] = line.trim().split(' ');
      return [code, name.join(' ')] as const;
    }),
);

/** Those with a university hospital. */
export const universityTowns: ReadonlySet<string> = new Set(
  'Amiens,Angers,Besançon,Bordeaux,Brest,Caen,Clermont-Ferrand,Dijon,Grenoble,Lille,Limoges,Lyon,Marseille,Metz,Montpellier,Nancy,Nantes,Nice,Nîmes,Orléans,Paris,Poitiers,Pointe-à-Pitre,Fort-de-France,Reims,Rennes,Rouen,Saint-Denis de la Réunion,Saint-Étienne,Strasbourg,Toulouse,Tours'.split(
    ',',
  ),
);

export const townLines: readonly string[] = `
Bourg-en-Bresse|01000|01053|41;Oyonnax|01100|01283|22;Ambérieu-en-Bugey|01500|01004|14;Belley|01300|01034|9;Gex|01170|01173|13;Saint-Genis-Pouilly|01630|01354|13
Laon|02000|02408|24;Saint-Quentin|02100|02691|53;Soissons|02200|02722|28;Château-Thierry|02400|02168|15;Hirson|02500|02381|9
Moulins|03000|03190|20;Montluçon|03100|03185|34;Vichy|03200|03310|25;Cusset|03300|03095|13
Digne-les-Bains|04000|04070|17;Manosque|04100|04112|22;Sisteron|04200|04209|7;Barcelonnette|04400|04019|3
Gap|05000|05061|41;Briançon|05100|05023|11;Embrun|05200|05046|6
Nice|06000|06088|343;Antibes|06600|06004|73;Cannes|06400|06029|74;Grasse|06130|06069|48;Cagnes-sur-Mer|06800|06027|51;Menton|06500|06083|30;Saint-Laurent-du-Var|06700|06123|29
Privas|07000|07186|8;Annonay|07100|07010|16;Aubenas|07200|07019|12;Guilherand-Granges|07500|07102|11
Charleville-Mézières|08000|08105|46;Sedan|08200|08409|16;Rethel|08300|08362|8
Foix|09000|09122|10;Pamiers|09100|09225|16;Saint-Girons|09200|09261|6
Troyes|10000|10387|62;Romilly-sur-Seine|10100|10323|14;Bar-sur-Aube|10200|10033|5
Carcassonne|11000|11069|46;Narbonne|11100|11262|55;Castelnaudary|11400|11076|12;Limoux|11300|11206|10
Rodez|12000|12202|24;Millau|12100|12145|22;Villefranche-de-Rouergue|12200|12300|12;Decazeville|12300|12089|5
Marseille|13001|13055|870;Aix-en-Provence|13100|13001|147;Arles|13200|13004|51;Martigues|13500|13056|48;Aubagne|13400|13005|47;Salon-de-Provence|13300|13103|45;La Ciotat|13600|13028|36;Istres|13800|13047|43
Caen|14000|14118|106;Lisieux|14100|14366|20;Bayeux|14400|14047|13;Vire-Normandie|14500|14762|17;Hérouville-Saint-Clair|14200|14327|23
Aurillac|15000|15014|26;Saint-Flour|15100|15187|7;Mauriac|15200|15120|4
Angoulême|16000|16015|42;Cognac|16100|16102|19;Soyaux|16800|16374|9
La Rochelle|17000|17300|77;Saintes|17100|17415|26;Rochefort|17300|17299|24;Royan|17200|17306|19;Saint-Jean-d’Angély|17400|17347|7
Bourges|18000|18033|64;Vierzon|18100|18279|25;Saint-Amand-Montrond|18200|18197|10
Tulle|19000|19272|15;Brive-la-Gaillarde|19100|19031|47;Ussel|19200|19275|9
Ajaccio|20000|2A004|72;Porto-Vecchio|20137|2A247|12;Sartène|20100|2A272|3;Propriano|20110|2A249|4
Bastia|20200|2B033|48;Corte|20250|2B096|7;Calvi|20260|2B050|6;Biguglia|20620|2B037|8
Dijon|21000|21231|158;Beaune|21200|21054|20;Chenôve|21300|21166|14;Montbard|21500|21425|5;Semur-en-Auxois|21140|21603|4
Saint-Brieuc|22000|22278|44;Lannion|22300|22113|20;Dinan|22100|22050|14;Guingamp|22200|22070|7;Paimpol|22500|22162|7;Loudéac|22600|22136|10
Guéret|23000|23096|13;La Souterraine|23300|23176|5;Aubusson|23200|23008|3
Périgueux|24000|24322|30;Bergerac|24100|24037|27;Sarlat-la-Canéda|24200|24520|9;Terrasson-Lavilledieu|24120|24547|6
Besançon|25000|25056|119;Montbéliard|25200|25388|25;Pontarlier|25300|25462|17;Audincourt|25400|25031|14
Valence|26000|26362|64;Montélimar|26200|26198|39;Romans-sur-Isère|26100|26281|33;Die|26150|26113|5
Évreux|27000|27229|47;Vernon|27200|27681|24;Louviers|27400|27375|18;Bernay|27300|27056|10
Chartres|28000|28085|39;Dreux|28100|28134|31;Châteaudun|28200|28088|13
Brest|29200|29019|140;Quimper|29000|29232|63;Concarneau|29900|29039|20;Morlaix|29600|29151|15;Landerneau|29800|29103|16;Douarnenez|29100|29046|14;Quimperlé|29300|29233|12;Plougastel-Daoulas|29470|29189|13
Nîmes|30000|30189|149;Alès|30100|30007|42;Bagnols-sur-Cèze|30200|30028|18;Beaucaire|30300|30032|16;Le Vigan|30120|30350|4
Toulouse|31000|31555|498;Colomiers|31770|31149|39;Tournefeuille|31170|31557|29;Muret|31600|31395|25;Saint-Gaudens|31800|31483|12;Blagnac|31700|31069|26
Auch|32000|32013|22;Condom|32100|32107|7;L’Isle-Jourdain|32600|32160|9
Bordeaux|33000|33063|260;Mérignac|33700|33281|72;Pessac|33600|33318|65;Talence|33400|33522|44;Libourne|33500|33243|25;Arcachon|33120|33009|11;La Teste-de-Buch|33260|33529|26;Langon|33210|33227|8;Lormont|33310|33249|23
Montpellier|34000|34172|299;Béziers|34500|34032|79;Sète|34200|34301|44;Agde|34300|34003|29;Lunel|34400|34145|26;Castelnau-le-Lez|34170|34057|24
Rennes|35000|35238|222;Saint-Malo|35400|35288|46;Fougères|35300|35115|21;Vitré|35500|35360|18;Redon|35600|35236|9;Bruz|35170|35047|18;Cesson-Sévigné|35510|35051|17;Dinard|35800|35093|10
Châteauroux|36000|36044|43;Issoudun|36100|36088|11;Le Blanc|36300|36018|6
Tours|37000|37261|137;Joué-lès-Tours|37300|37122|38;Chinon|37500|37072|8;Amboise|37400|37003|13;Loches|37600|37132|6
Grenoble|38000|38185|158;Saint-Martin-d’Hères|38400|38421|38;Échirolles|38130|38151|37;Vienne|38200|38544|31;Bourgoin-Jallieu|38300|38053|29;Voiron|38500|38563|20;La Tour-du-Pin|38110|38509|8
Lons-le-Saunier|39000|39300|17;Dole|39100|39198|24;Saint-Claude|39200|39478|9
Mont-de-Marsan|40000|40192|30;Dax|40100|40088|21;Saint-Paul-lès-Dax|40990|40279|14;Biscarrosse|40600|40046|14
Blois|41000|41018|46;Vendôme|41100|41269|16;Romorantin-Lanthenay|41200|41194|18
Saint-Étienne|42000|42218|173;Roanne|42300|42187|34;Saint-Chamond|42400|42207|35;Firminy|42700|42095|17;Montbrison|42600|42147|16
Le Puy-en-Velay|43000|43157|19;Monistrol-sur-Loire|43120|43137|9;Brioude|43100|43040|7
Nantes|44000|44109|320;Saint-Nazaire|44600|44184|72;Saint-Herblain|44800|44162|49;Rezé|44400|44143|43;Châteaubriant|44110|44036|12;Ancenis-Saint-Géréon|44150|44003|11;Pornic|44210|44131|17;La Baule-Escoublac|44500|44055|16
Orléans|45000|45234|117;Montargis|45200|45208|15;Gien|45500|45155|14;Pithiviers|45300|45252|9;Fleury-les-Aubrais|45400|45147|21
Cahors|46000|46042|20;Figeac|46100|46102|10;Gourdon|46300|46127|4
Agen|47000|47001|33;Villeneuve-sur-Lot|47300|47323|22;Marmande|47200|47157|17;Nérac|47600|47195|7
Mende|48000|48095|12;Marvejols|48100|48092|5;Florac Trois Rivières|48400|48061|2
Angers|49000|49007|155;Cholet|49300|49099|54;Saumur|49400|49328|26;Segré-en-Anjou Bleu|49500|49331|17
Saint-Lô|50000|50502|19;Cherbourg-en-Cotentin|50100|50129|79;Avranches|50300|50025|10;Granville|50400|50218|13;Coutances|50200|50147|8
Reims|51100|51454|181;Châlons-en-Champagne|51000|51108|44;Épernay|51200|51230|22;Vitry-le-François|51300|51649|12
Chaumont|52000|52121|22;Saint-Dizier|52100|52448|23;Langres|52200|52269|7
Laval|53000|53130|49;Château-Gontier-sur-Mayenne|53200|53062|17;Mayenne|53100|53147|13
Nancy|54000|54395|105;Vandœuvre-lès-Nancy|54500|54547|30;Lunéville|54300|54329|18;Toul|54200|54528|16;Longwy|54400|54323|15;Briey|54150|54099|9
Bar-le-Duc|55000|55029|15;Verdun|55100|55545|17;Commercy|55200|55122|6
Vannes|56000|56260|54;Lorient|56100|56121|57;Lanester|56600|56098|23;Ploërmel|56800|56165|10;Auray|56400|56007|14;Pontivy|56300|56178|15;Ploemeur|56270|56162|18
Metz|57000|57463|118;Thionville|57100|57672|42;Forbach|57600|57227|21;Sarreguemines|57200|57631|21;Sarrebourg|57400|57630|12;Saint-Avold|57500|57606|15
Nevers|58000|58194|33;Cosne-Cours-sur-Loire|58200|58086|10;Decize|58300|58095|5
Lille|59000|59350|235;Roubaix|59100|59512|98;Tourcoing|59200|59599|98;Dunkerque|59140|59183|86;Villeneuve-d’Ascq|59650|59009|62;Valenciennes|59300|59606|43;Douai|59500|59178|40;Cambrai|59400|59122|32;Maubeuge|59600|59392|29;Armentières|59280|59017|25;Hazebrouck|59190|59295|21
Beauvais|60000|60057|57;Compiègne|60200|60159|40;Creil|60100|60175|36;Senlis|60300|60612|15;Noyon|60400|60471|13
Alençon|61000|61001|26;Flers|61100|61169|14;Argentan|61200|61006|13;L’Aigle|61300|61214|8
Arras|62000|62041|42;Calais|62100|62193|67;Boulogne-sur-Mer|62200|62160|40;Lens|62300|62498|32;Béthune|62400|62119|25;Saint-Omer|62500|62765|14;Berck|62600|62108|14;Liévin|62800|62510|30
Clermont-Ferrand|63000|63113|147;Cournon-d’Auvergne|63800|63124|20;Riom|63200|63300|19;Thiers|63300|63430|12;Issoire|63500|63178|15
Pau|64000|64445|77;Bayonne|64100|64102|52;Anglet|64600|64024|39;Biarritz|64200|64122|25;Saint-Jean-de-Luz|64500|64483|14;Oloron-Sainte-Marie|64400|64422|11;Hendaye|64700|64260|18;Saint-Palais|64120|64493|2
Tarbes|65000|65440|43;Lourdes|65100|65286|13;Bagnères-de-Bigorre|65200|65059|7
Perpignan|66000|66136|120;Canet-en-Roussillon|66140|66037|13;Prades|66500|66149|6;Céret|66400|66049|8
Strasbourg|67000|67482|290;Haguenau|67500|67180|35;Schiltigheim|67300|67447|34;Illkirch-Graffenstaden|67400|67218|27;Sélestat|67600|67462|19;Saverne|67700|67437|11;Wissembourg|67160|67544|7
Mulhouse|68100|68224|106;Colmar|68000|68066|68;Saint-Louis|68300|68297|22;Guebwiller|68500|68112|11;Altkirch|68130|68004|6;Thann|68800|68334|8
Lyon|69001|69123|520;Villeurbanne|69100|69266|156;Vénissieux|69200|69259|66;Caluire-et-Cuire|69300|69034|43;Villefranche-sur-Saône|69400|69264|37;Givors|69700|69091|21;Saint-Priest|69800|69290|48
Vesoul|70000|70550|15;Héricourt|70400|70285|10;Gray|70100|70279|5
Mâcon|71000|71270|34;Chalon-sur-Saône|71100|71076|45;Le Creusot|71200|71153|21;Montceau-les-Mines|71300|71306|18;Autun|71400|71014|13;Paray-le-Monial|71600|71342|9
Le Mans|72000|72181|145;La Flèche|72200|72154|15;Sablé-sur-Sarthe|72300|72264|12
Chambéry|73000|73065|59;Aix-les-Bains|73100|73008|31;Albertville|73200|73011|19;Saint-Jean-de-Maurienne|73300|73248|8;Bourg-Saint-Maurice|73700|73054|7
Annecy|74000|74010|130;Thonon-les-Bains|74200|74281|36;Annemasse|74100|74012|36;Cluses|74300|74081|17;Sallanches|74700|74256|16;Saint-Julien-en-Genevois|74160|74243|16
Paris|75001|75056|2133
Rouen|76000|76540|114;Le Havre|76600|76351|166;Dieppe|76200|76217|28;Sotteville-lès-Rouen|76300|76681|29;Fécamp|76400|76259|18;Elbeuf|76500|76231|16;Lillebonne|76170|76384|9
Melun|77000|77288|41;Meaux|77100|77284|56;Chelles|77500|77108|55;Fontainebleau|77300|77186|15;Provins|77160|77379|12;Pontault-Combault|77340|77373|38
Versailles|78000|78646|84;Saint-Germain-en-Laye|78100|78551|44;Sartrouville|78500|78586|52;Mantes-la-Jolie|78200|78361|44;Poissy|78300|78498|40;Rambouillet|78120|78517|27;Le Chesnay-Rocquencourt|78150|78158|31;Trappes|78190|78621|33
Niort|79000|79191|59;Bressuire|79300|79049|20;Parthenay|79200|79202|10;Thouars|79100|79329|14
Amiens|80000|80021|134;Abbeville|80100|80001|23;Péronne|80200|80620|7;Albert|80300|80016|10
Albi|81000|81004|49;Castres|81100|81065|42;Gaillac|81600|81099|16;Mazamet|81200|81163|10
Montauban|82000|82121|62;Castelsarrasin|82100|82033|14;Moissac|82200|82112|13
Toulon|83000|83137|180;Hyères|83400|83069|55;La Seyne-sur-Mer|83500|83126|62;Fréjus|83600|83061|57;Draguignan|83300|83050|39;Saint-Raphaël|83700|83118|36;Brignoles|83170|83023|18;Saint-Tropez|83990|83119|4
Avignon|84000|84007|91;Orange|84100|84087|29;Carpentras|84200|84031|31;Cavaillon|84300|84035|26;Apt|84400|84003|11
La Roche-sur-Yon|85000|85191|55;Les Sables-d’Olonne|85100|85194|48;Challans|85300|85047|22;Fontenay-le-Comte|85200|85092|13;Luçon|85400|85128|9
Poitiers|86000|86194|90;Châtellerault|86100|86066|31;Loudun|86200|86137|7;Montmorillon|86500|86165|6
Limoges|87000|87085|130;Saint-Junien|87200|87154|11;Saint-Yrieix-la-Perche|87500|87187|7
Épinal|88000|88160|32;Saint-Dié-des-Vosges|88100|88413|19;Remiremont|88200|88383|7;Neufchâteau|88300|88321|6
Auxerre|89000|89024|35;Sens|89100|89387|27;Joigny|89300|89206|9;Avallon|89200|89025|6
Belfort|90000|90010|46;Delle|90100|90033|6
Évry-Courcouronnes|91000|91228|67;Corbeil-Essonnes|91100|91174|53;Massy|91300|91377|50;Palaiseau|91120|91477|36;Étampes|91150|91223|26;Arpajon|91290|91021|11;Longjumeau|91160|91345|21
Nanterre|92000|92050|97;Boulogne-Billancourt|92100|92012|120;Courbevoie|92400|92026|82;Colombes|92700|92025|91;Neuilly-sur-Seine|92200|92051|59;Antony|92160|92002|64;Clamart|92140|92023|54;Suresnes|92150|92073|49;Asnières-sur-Seine|92600|92004|88
Saint-Denis|93200|93066|113;Bobigny|93000|93008|55;Montreuil|93100|93048|111;Aulnay-sous-Bois|93600|93005|87;Aubervilliers|93300|93001|90;Drancy|93700|93029|72;Noisy-le-Grand|93160|93051|71;Le Raincy|93340|93062|15
Créteil|94000|94028|93;Vitry-sur-Seine|94400|94081|96;Champigny-sur-Marne|94500|94017|77;Ivry-sur-Seine|94200|94041|64;Villejuif|94800|94076|58;Vincennes|94300|94080|48;Saint-Maur-des-Fossés|94100|94068|75;Villeneuve-Saint-Georges|94190|94078|35
Cergy|95000|95127|69;Pontoise|95300|95500|32;Argenteuil|95100|95018|108;Sarcelles|95200|95585|59;Gonesse|95500|95277|26;Eaubonne|95600|95203|26;Beaumont-sur-Oise|95260|95052|10
Pointe-à-Pitre|97110|97120|15;Les Abymes|97139|97101|53;Basse-Terre|97100|97105|10;Baie-Mahault|97122|97103|31;Le Gosier|97190|97113|27
Fort-de-France|97200|97209|76;Le Lamentin|97232|97213|40;Le Robert|97231|97222|22;Sainte-Marie|97230|97228|15
Cayenne|97300|97302|63;Saint-Laurent-du-Maroni|97320|97311|49;Kourou|97310|97304|24
Saint-Denis de la Réunion|97400|97411|153;Saint-Pierre|97410|97416|84;Saint-Paul|97460|97415|104;Le Tampon|97430|97422|81;Saint-Benoît|97470|97410|37;Saint-Louis|97450|97414|53
Mamoudzou|97600|97611|71;Koungou|97600|97610|33`
  .trim()
  .split(/[;\n]/u);

/** Towns whose postcode tells the arrondissement: how many, and their weights are equal. */
export const arrondissements: ReadonlyMap<string, { readonly count: number; readonly communeBase: number }> = new Map([
  ['Paris', { count: 20, communeBase: 75_100 }],
  ['Marseille', { count: 16, communeBase: 13_200 }],
  ['Lyon', { count: 9, communeBase: 69_380 }],
]);

/** What small communes are named after and told apart by. */
export const saints: readonly string[] =
  'Saint-Martin,Saint-Pierre,Saint-Jean,Saint-Germain,Saint-Hilaire,Saint-Georges,Saint-Aubin,Sainte-Marie,Saint-Julien,Saint-Laurent,Saint-Michel,Saint-Sauveur,Saint-Étienne,Saint-Rémy,Sainte-Colombe,Saint-Maurice,Saint-André,Saint-Ouen,Saint-Léger,Sainte-Foy,Saint-Cyr,Saint-Vincent,Saint-Christophe,Sainte-Croix,Saint-Romain,Saint-Paul,Saint-Nicolas,Saint-Médard,Saint-Sulpice,Sainte-Gemme,Saint-Thuriau,Saint-Gildas,Saint-Yvi,Saint-Amand,Saint-Dizant,Saint-Mamet'.split(
    ',',
  );
export const villages: readonly string[] =
  'La Chapelle,Villeneuve,Montigny,Beaumont,Le Plessis,La Ferté,Neuville,Châteauneuf,Villers,La Neuville,Fontaine,Le Bourg,Les Essarts,La Roche,Mareuil,Verneuil,Bussy,Champigny,Courcelles,Dampierre,Ferrières,Marigny,Le Mesnil,Noyers,Pont,Roquefort,Vaux,Coulanges,Aubigny,Bagneux'.split(
    ',',
  );
export const rivers: readonly string[] =
  'sur-Loire,sur-Vilaine,sur-Seiche,sur-Oust,sur-Marne,sur-Seine,sur-Yonne,sur-Aisne,sur-Oise,sur-Orne,sur-Vire,sur-Sarthe,sur-Mayenne,sur-Vienne,sur-Creuse,sur-Indre,sur-Cher,sur-Allier,sur-Garonne,sur-Dordogne,sur-Lot,sur-Tarn,sur-Isère,sur-Drôme,sur-Saône,sur-Rhône,sur-Ain,sur-Moselle,sur-Meuse,sur-Somme,la-Forêt,en-Forêt,les-Bains,le-Château,l’Abbaye,des-Bois,des-Champs,du-Désert,lès-Vignes,en-Plaine,le-Vieux,la-Garenne,aux-Moines'.split(
    ',',
  );
