/** What professionals type for short, as data: how they call each other, the towns, the organizations. */
import type { Word } from './words.ts';

function table(text: string): ReadonlyMap<Word, readonly string[]> {
  const lines = text.trim().split('\n');
  return new Map(lines.map((line) => [line.split(': ')[0] ?? '', (line.split(': ')[1] ?? '').split(', ')]));
}

/** Forms of address: they say nothing of who is meant when other words do. */
export const titleWords: ReadonlySet<Word> = new Set(
  'dr drs docteur dre docteure pr prof professeur professeure m mr mme mlle monsieur madame mademoiselle'.split(' '),
);

/** One word -> the words it may stand for. Compound given names are words as one. */
export const shortWords = table(`
bdx: bordeaux
bx: bordeaux
cfd: clermont
gre: grenoble
lil: lille
lyn: lyon
mrs: marseille
mars: marseille
mpl: montpellier
mtp: montpellier
nce: nice
ncy: nancy
nts: nantes
par: paris
rns: rennes
sxb: strasbourg
stras: strasbourg
tln: toulon
tls: toulouse
tlse: toulouse
vlb: villeurbanne
hop: hopital
hopi: hopital
clin: clinique
labo: laboratoire
lbm: laboratoire
lab: laboratoire
pharma: pharmacie
phie: pharmacie
cab: cabinet
secr: secretariat
sec: secretariat
urg: urgences
rea: reanimation
mater: maternite
cardio: cardiologie
mdr: ehpad
ap: assistance
aphp: assistance
hcl: hospices
jb: jeanbaptiste, jeanbernard
jc: jeanclaude, jeanchristophe, jeancharles
jd: jeandaniel, jeandenis
je: jeanetienne, jeanemmanuel
jf: jeanfrancois, jeanfrederic
jg: jeanguillaume, jeangabriel
jj: jeanjacques
jl: jeanluc, jeanlouis
jm: jeanmarc, jeanmarie, jeanmichel
jn: jeannoel, jeannicolas
jp: jeanpierre, jeanpaul, jeanphilippe, jeanpascal
jr: jeanrene, jeanrobert
js: jeansebastien
jy: jeanyves
ma: marieange, marieanne
mc: marieclaude, mariechristine, marieclaire, mariececile
mf: mariefrance, mariefrancoise
mh: mariehelene
ml: marielaure, marielouise
mn: marienoelle
mo: marieodile
mp: mariepierre, mariepaule
mt: marietherese
pa: pierreantoine, pierrealain
pe: pierreemmanuel, pierreetienne
py: pierreyves
`);

/**
 * One word -> what the names of professions and specialities say instead: all words of one of the alternatives, as beginnings.
 * What is the beginning of such a word (`cardio`, `ophtalmo`, `kine`) or ends otherwise (`cardiologue`, `infirmière`) needs no line.
 */
export const shortCodes = table(`
accoucheur: gynecologie obstetrique
ado: audioprothesiste
angiologue: vasculaire
angio: vasculaire
anapath: anatomie cytologie
ar: anesthesie reanimation
mar: anesthesie reanimation
as: aide soignant
anesthesiste: anesthesie reanimation
cancero: oncologie, oncologique
cancerologue: oncologie, oncologique
cd: chirurgien dentiste
chir: chirurgie
dentaire: dentiste, dentaire
dentiste: dentiste
diabeto: diabetologie
generaliste: medecine generale
gp: medecine generale
gynecologue: gynecologie
gyn: gynecologie
ibode: infirmier
iade: infirmier
ide: infirmier
idel: infirmier
ipa: infirmier
imagerie: radiologie, radio diagnostic
interniste: medecine interne
legiste: legale
manip: manipulateur
mer: manipulateur
mg: medecine generale
mk: kinesitherapeute
mkde: kinesitherapeute
nutritionniste: nutrition
obst: obstetrique
obstetricien: obstetrique
omni: medecine generale
omnipraticien: medecine generale
oncologue: oncologie, oncologique
oph: ophtalmologie
ophta: ophtalmologie
optha: ophtalmologie
opthalmo: ophtalmologie
orl: oto rhino
odf: dento faciale
orth: orthophoniste, orthoptiste
orthodontie: dento faciale
orthodontiste: dento faciale
orthopediste: orthopedique
ostheo: osteopathe
pedopsy: psychiatrie enfant
pedopsychiatre: psychiatrie enfant
pharmaco: pharmacien
physio: kinesitherapeute
pneumologue: pneumologie
proctologue: gastro enterologie
psychologue: psychologue
radio: radiologie, radio diagnostic, electroradiologie
radiologue: radiologie, radio diagnostic
radiotherapeute: radiotherapie
reanimateur: reanimation
reeducateur: readaptation, reeducation
sf: sage femme
stomatologue: stomatologie
toubib: medecin
traumatologue: orthopedique
urgentiste: urgence
vasculaire: vasculaire
viscerale: viscerale, digestive
`);
