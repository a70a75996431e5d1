/** Family names of France, as they are written with their accents: frequent ones first, then those of regions and origins. */

const words = (text: string): readonly string[] => text.trim().split(/\s*\n\s*|\s*,\s*/u);

/** From the most frequent downward: the rank is the weight. */
export const frequentFamilyNames = words(`
Martin, Bernard, Thomas, Petit, Robert, Richard, Durand, Dubois, Moreau, Laurent, Simon, Michel, Lefebvre, Leroy, Roux, David, Bertrand, Morel, Fournier, Girard
Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent, Muller, Lefèvre, Faure, André, Mercier, Blanc, Guérin, Boyer, Garnier, Chevalier, François, Legrand, Gauthier, Garcia
Perrin, Robin, Clément, Morin, Nicolas, Henry, Roussel, Mathieu, Gautier, Masson, Marchand, Duval, Denis, Dumont, Marie, Lemaire, Noël, Meyer, Dufour, Meunier
Brun, Blanchard, Giraud, Joly, Rivière, Lucas, Brunet, Gaillard, Barbier, Arnaud, Martinez, Gérard, Roche, Renard, Schmitt, Roy, Leroux, Colin, Vidal, Caron
Picard, Roger, Fabre, Aubert, Lemoine, Renaud, Dumas, Lacroix, Olivier, Philippe, Bourgeois, Pierre, Benoît, Rey, Leclerc, Payet, Rolland, Leclercq, Guillaume, Lecomte
Lopez, Jean, Dupuy, Guillot, Hubert, Berger, Carpentier, Sanchez, Dupuis, Moulin, Louis, Deschamps, Huet, Vasseur, Perez, Boucher, Fleury, Royer, Klein, Jacquet
Adam, Paris, Poirier, Marty, Aubry, Guyot, Carré, Charles, Renault, Charpentier, Ménard, Maillard, Baron, Bertin, Bailly, Hervé, Schneider, Fernandez, Collet, Léger
Bouvier, Julien, Prévost, Millet, Perrot, Daniel, Cousin, Germain, Breton, Besson, Langlois, Rémy, Le Gall, Pelletier, Lévêque, Perrier, Leblanc, Barré, Lebrun, Marchal
Weber, Mallet, Hamon, Boulanger, Jacob, Monnier, Michaud, Rodriguez, Guichard, Gillet, Étienne, Grondin, Poulain, Tessier, Chevallier, Collin, Chauvin, Da Silva, Bouchet, Gay
Lemaître, Bénard, Maréchal, Humbert, Reynaud, Antoine, Hoarau, Perret, Barthélemy, Cordier, Pichon, Lejeune, Gilbert, Lamy, Delaunay, Pasquier, Carlier, Laporte, Buisson, Gros
Tanguy, Coulon, Blondel, Devaux, Ruiz, Navarro, Briand, Camus, Masse, Bodin, Colas, Jacques, Thibault, Delattre, Lebon, Chartier, Ferrand, Guillou, Maurice, Alexandre
Dupré, Didier, Raynaud, Lacombe, Descamps, Ollivier, Besnard, Valentin, Rousset, Texier, Hardy, Pons, Cohen, Bourdon, Lesage, Blanchet, Marion, Gallet, Merle, Grégoire
Marechal, Allard, Voisin, Leduc, Jourdan, Pascal, Prat, Bazin, Vallée, Launay, Delorme, Chauvet, Bigot, Maillot, Gomez, Legros, Évrard, Ferreira, Peltier, Lelièvre
Guilbert, Maury, Turpin, Tournier, Joubert, Mahé, Sauvage, Couturier, Wagner, Fischer, Boutin, Delmas, Foucher, Lombard, Hébert, Doucet, Chapuis, Mouton, Jacquot, Laroche
Vaillant, Lagarde, Brossard, Rossi, Labbé, Fouquet, Regnier, Bouquet, Leconte, Godard, Vallet, Costa, Potier, Leveque, Imbert, Pineau, Duhamel, Guibert, Drouet, Cartier
Rault, Bousquet, Lafon, Chauveau, Rigaud, Gonzalez, Mathis, Sabatier, Delahaye, Billard, Carrière, Ribeiro, Vigneron, Dujardin, Parent, Bourgoin, Torres, Blin, Raymond, Guillemin
Lopes, Dias, Poisson, Delage, Levy, Boulay, Serre, Chevrier, Morvan, Gosselin, Toussaint, Weiss, Verdier, Fortin, Favre, Ricard, Bastien, Ferry, Hoffmann, Combes
Thierry, Maire, Rocher, Doré, Cornu, Bonneau, Chopin, Seguin, Lavigne, Granger, Lallemand, Devos, Wolff, Bouvet, Gervais, Auger, Guy, Bertrand, Pujol, Barbe
Brault, Courtois, Jung, Delannoy, Poncet, Grand, Lafont, Forestier, Castel, Barreau, Mas, Salmon, Poulet, Cadet, Gras, Bourdin, Charrier, Petitjean, Lassalle, Marin
Mounier, Leblond, Savary, Bonhomme, Cros, Bruneau, Jolivet, Prigent, Rose, Nguyen, Traoré, Diallo, Claude, Blot, Chauvin, Cochet, Lebreton, Bataille, Lacoste, Hamel
`);

export const regionalFamilyNames = {
  breton: words(`
Le Goff, Le Roux, Le Gall, Le Bris, Le Bihan, Le Corre, Le Guen, Le Meur, Le Floch, Le Berre, Le Dantec, Le Borgne, Le Saux, Le Scouarnec, Le Clec’h, Le Ny, Le Pape
Kerguélen, Kermarrec, Kervella, Kerjean, Kerleroux, Kerdoncuff, Kerautret, Queffélec, Quéméner, Quéré, Cariou, Caradec, Guillou, Guivarc’h, Gourvennec, Gouriou, Hascoët
Pennec, Péron, Plouzané, Riou, Rivoal, Salaün, Tanguy, Trévidic, Troadec, L’Hostis, L’Helgouac’h, L’Haridon, Abgrall, Appéré, Autret, Bescond, Bothorel, Bozec, Calvez
Corlay, Cloarec, Cozic, Colliou, Créac’h, Derrien, Floc’h, Gloaguen, Guéguen, Jaouen, Jézéquel, Kerbrat, Lagadec, Madec, Moal, Morvan, Nédélec, Ollivier, Pichavant, Tallec`),
  basque: words(`
Etcheverry, Etchegaray, Etchebarne, Etchepare, Iribarne, Irigoyen, Harispe, Harguindeguy, Elissalde, Elissagaray, Mendiboure, Mendiburu, Dufau, Duhalde, Sallaberry
Goyenetche, Goyhenetche, Ithurralde, Ithurbide, Laborde, Larralde, Larramendy, Lasserre, Olhagaray, Oyhenart, Oyharçabal, Urruty, Uhart, Ibarboure, Inchauspé, Jauréguiberry`),
  alsatian: words(`
Schmitt, Meyer, Muller, Schneider, Klein, Weber, Wagner, Fischer, Keller, Hoffmann, Zimmermann, Schaeffer, Schwartz, Huber, Heitz, Kuntz, Lutz, Metz, Ritter, Roth
Kieffer, Kessler, Oberlé, Obrecht, Ohlmann, Pfister, Pfeiffer, Riehl, Schaal, Scherrer, Schoettel, Schwoerer, Sigrist, Strohmeyer, Wurtz, Wittmann, Ziegler, Haegel, Jaeger, Koenig`),
  maghrebi: words(`
Benali, Ben Ahmed, Ben Salah, Ben Amor, Ben Youssef, Benmoussa, Bensaïd, Benchekroun, Belkacem, Belhadj, Bouzid, Bouaziz, Boukhari, Boudjemaa, Chérif, Cherkaoui, Djebbar
El Amrani, El Idrissi, El Khattabi, El Mansouri, El Ouafi, El Haddad, Hadjadj, Haddad, Hamdi, Hamidi, Idrissi, Kaci, Khelifi, Larbi, Mansouri, Meziane, Mebarki, Messaoudi
Naceur, Ouali, Ould Ahmed, Rahmani, Saïdi, Slimani, Tahar, Trabelsi, Yahiaoui, Zerrouki, Zidane, Ziani, Aït Ahmed, Aït Hamou, Ait Oufella, Amrouche, Berrada, Chaoui`),
  portuguese: words(`
Da Silva, Dos Santos, Ferreira, Pereira, Rodrigues, Fernandes, Gonçalves, Da Costa, De Oliveira, Martins, Gomes, Lopes, Alves, Marques, Ribeiro, Pinto, Carvalho, Teixeira
Moreira, Correia, Mendes, Nunes, Soares, Vieira, Monteiro, Cardoso, Rocha, Neves, Coelho, Cruz, Cunha, Pires, Ramos, Reis, Simões, Antunes, Da Conceição, De Sousa, De Almeida`),
  vietnamese: words(`
Nguyen, Tran, Le, Pham, Huynh, Phan, Vu, Vo, Dang, Bui, Do, Ho, Ngo, Duong, Ly, Truong, Dinh, Lam, Mai, Cao, Nguyen Van, Nguyen Thi, Tran Van, Le Thi, Chau, Luong, Ton That`),
  antillean: words(`
Célestine, Zobda, Mirval, Jean-Baptiste, Jean-Louis, Jean-François, Jean-Marie, Louis-Joseph, Saint-Prix, Saint-Aimé, Sainte-Rose, Bellemare, Belrose, Cadasse, Cabort
Édouard, Éloidin, Fidélin, Francius, Galvani, Gustave, Hyacinthe, Joachim-Arnaud, Laviolette, Lutbert, Marie-Sainte, Mathurin, Mondésir, Nérée, Palcy, Pierre-Louis, Placide
Rosette, Régina, Romney, Symphor, Théodore, Toribio, Ursulet, Valère, Varasse, Vertueux, Zami, Zébina, Monlouis-Bonnaire, Grand-Pierre, Petit-Frère, Lafleur, Bazile`),
  reunionese: words(`
Payet, Hoarau, Grondin, Boyer, Fontaine, Robert, Dijoux, Rivière, Técher, Hoareau, Maillot, Lebon, Bègue, Nativel, Turpin, Fontaine, Mussard, Ethève, Vitry, Virapoullé
Vayaboury, Sinapin, Ramassamy, Moutoussamy, Mardenalom, Virin, Apavou, Chane-Kane, Chan-Hong, Ah-Kam, Law-Yen, Thien-Ah-Koon, Lauret, Cadet, Sautron, Séry`),
  corsican: words(`
Albertini, Antonetti, Bartoli, Battesti, Casanova, Colonna, Colonna d’Istria, Cristofari, Filippi, Franceschi, Giudicelli, Graziani, Leca, Leonetti, Luciani, Mattei, Mondoloni
Orsini, Ottavi, Paoli, Peretti, Pieri, Poggi, Raffalli, Rocca Serra, De Rocca Serra, Santini, Santoni, Simeoni, Susini, Tomasi, Valentini, Vincentelli, Mariani, Acquaviva`),
  flemish: words(`
Vanhoutte, Vandamme, Van Den Broucke, Vandenbussche, Vandeputte, Vanderhaeghe, Declercq, Decroix, Debruyne, De Backer, Delobel, Delporte, Dewaele, Dhaene, D’Hondt, D’Haene
Hennebelle, Leleu, Lesaffre, Lesur, Verhaeghe, Vermeersch, Vermeulen, Wallaert, Cappelaere, Coppens, Deconinck, Desmet, Lemahieu, Vanneste, Ghesquière, Ryckebusch, Staelens`),
  african: words(`
Traoré, Diallo, Diop, Ndiaye, Coulibaly, Camara, Keïta, Koné, Konaté, Cissé, Touré, Sow, Bâ, Fall, Gueye, Sissoko, Diarra, Sylla, N’Diaye, N’Guessan, M’Baye, M’Bemba, Mboup
Kouassi, Kouadio, Ouattara, Ouédraogo, Mbarga, Ngo Mbock, Essomba, Nkoulou, Rakotomalala, Rakotoarisoa, Randrianasolo, Andriamanantena, Razafindrakoto, Ravelonarivo`),
  particles: words(`
de La Rochefoucauld, de Montfort, de Villeneuve, de Saint-Aubin, de Kergariou, de Brosses, de Lavergne, de La Tour, de La Motte, de Beauregard, de Chastenet, du Plessis
du Chesnay, du Bois de La Villerabel, d’Argenson, d’Estienne, d’Hérouville, d’Orgeval, d’Aboville, de Maistre, de Rosnay, de Vaugelas, des Garets, de Saint-Exupéry-Lambert
de Roquefeuil, Le Bastard de Villeneuve, de Noailles, de Courcy, du Roure, de La Bourdonnaye, Lefebvre de Saint-Germain, Taffin de Givenchy, de Carné, Harscouët de Saint-George`),
  polish: words(`
Kowalski, Kowalczyk, Nowak, Wisniewski, Wojciechowski, Lewandowski, Kaczmarek, Szymanski, Wozniak, Kozlowski, Piotrowski, Grabowski, Zielinski, Majewski, Jankowski, Krawczyk`),
} as const;

/** Pieces that rarer names are made of: their combinations are the long tail. */
export const nameOnsets = words(`
Bab, Bach, Bad, Bag, Bal, Balm, Barb, Bard, Barg, Barr, Bast, Baud, Baum, Beauch, Beaum, Bech, Bell, Bern, Bert, Bich, Bill, Biz, Blaiz, Blanch, Blond, Boiss, Bonn, Bord, Boss, Bouch, Boud
Boug, Bouill, Boul, Bour, Bousc, Brach, Brass, Bress, Briss, Broch, Bross, Brug, Brun, Buss, Cabr, Cail, Cal, Camb, Cand, Cant, Carr, Cass, Cast, Caz, Chab, Chaill, Chal, Cham, Champ
Chant, Char, Chass, Chat, Chauv, Chaz, Chen, Chev, Clav, Coch, Coll, Comb, Cond, Coq, Corb, Cord, Corn, Coss, Coud, Coul, Courb, Court, Coust, Crém, Crép, Cress, Crist, Croch, Cur, Dalm
Dam, Dand, Dard, Daub, Del, Denn, Desm, Dess, Don, Dorm, Douc, Dourd, Drev, Drou, Dub, Duch, Duf, Dum, Dur, Dut, Émer, Escal, Espar, Estr, Fab, Fag, Falc, Farg, Fauch, Fav, Fél, Ferr, Fess
Feuill, Fill, Flam, Flor, Foll, Font, Forg, Forn, Fouc, Foug, Fourn, Frais, Frem, Frob, Fromm, Gab, Gach, Gaill, Gal, Gall, Gamb, Gand, Garr, Gasc, Gast, Gaub, Gaud, Gav, Gell, Gend, Ger
Gib, Gill, Gir, God, Gom, Gont, Goss, Goud, Goup, Gour, Grand, Grav, Grem, Gros, Gruss, Guéd, Guér, Guich, Guign, Guill, Guir, Hall, Ham, Hard, Haut, Hén, Hérit, Hoch, Houd, Hous, Jac, Jail
Jal, Janv, Jard, Jaub, Joss, Jouann, Joub, Jour, Jous, Juill, Labr, Lach, Lad, Laf, Lag, Lal, Lamb, Lanch, Land, Lang, Lap, Larr, Lass, Laub, Laur, Lav, Léc, Lem, Lesc, Leuv, Lign, Lod, Long
Lorm, Loub, Louv, Luss, Mach, Magn, Maill, Mal, Manc, Mand, Mar, March, Marg, Marq, Mart, Mass, Math, Maub, Maur, Maz, Mell, Mén, Merc, Merl, Mess, Mich, Mign, Mill, Moiss, Mol, Mond, Mont
Mor, Moss, Mouch, Moul, Mour, Mout, Navarr, Nic, Nog, Nouv, Oll, Orl, Pag, Paill, Pal, Pann, Pard, Parm, Past, Paul, Pay, Péch, Pell, Per, Perr, Pét, Peyr, Pich, Pign, Pill, Pin, Plant, Plumm
Poch, Poiss, Pol, Ponc, Pont, Port, Pouch, Poul, Pour, Prad, Prév, Prud, Puj, Quin, Rab, Raff, Ram, Ranc, Rav, Rayn, Réb, Reg, Ren, Rib, Rich, Rig, Riv, Rob, Roch, Rol, Romm, Ronc, Roq, Ross
Roub, Roug, Rouss, Rouv, Ruff, Sab, Sal, Salv, Sanç, Sarr, Sauv, Sav, Ség, Sén, Ser, Sib, Sill, Sim, Sorb, Soub, Soul, Tabar, Taill, Tall, Tard, Tass, Tav, Ten, Terr, Tess, Théb, Thév, Thir
Tib, Till, Tiss, Torch, Touch, Toul, Tourn, Trav, Trem, Trév, Trich, Tron, Trouv, Vach, Val, Vall, Vanch, Var, Vass, Vaud, Ven, Verg, Vern, Vial, Vid, Vign, Vill, Vinc, Vit, Voir, Voll, Vuill`);
export const nameMiddles = words(
  'a, e, i, o, u, ar, el, er, in, on, ou, al, an, et, il, ol, and, ass, ell, ign, ill, onn, out, urr, av, ev, ach, eich, och',
);
export const nameEndings = words(`
ac, ade, ain, aine, ais, al, and, ard, art, as, aud, ault, aut, ay, é, eau, el, elle, er, et, ette, eux, ey, ez, ic, ié, ier, ière, in, ion, is, oin, ol, on, ot, ou, ouin, oux, oy, uc, ud, uel, y`);
