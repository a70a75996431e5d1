/**
 * The departments: number, name, region and centre (degrees, to a tenth: some ten kilometres). The extractions hold no coordinates, so
 * a distance between two places is the one between the centres of their departments, and unknown inside one.
 */
import { fold, wordsOf } from './words.ts';

export interface Department {
  readonly code: string;
  readonly name: string;
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
}

const table = `
01|Ain|Auvergne-Rhône-Alpes|46.1|5.3
02|Aisne|Hauts-de-France|49.6|3.6
03|Allier|Auvergne-Rhône-Alpes|46.4|3.2
04|Alpes-de-Haute-Provence|Provence-Alpes-Côte d’Azur|44.1|6.2
05|Hautes-Alpes|Provence-Alpes-Côte d’Azur|44.7|6.3
06|Alpes-Maritimes|Provence-Alpes-Côte d’Azur|43.9|7.1
07|Ardèche|Auvergne-Rhône-Alpes|44.8|4.4
08|Ardennes|Grand Est|49.6|4.6
09|Ariège|Occitanie|42.9|1.5
10|Aube|Grand Est|48.3|4.2
11|Aude|Occitanie|43.1|2.4
12|Aveyron|Occitanie|44.3|2.7
13|Bouches-du-Rhône|Provence-Alpes-Côte d’Azur|43.5|5.1
14|Calvados|Normandie|49.1|-0.4
15|Cantal|Auvergne-Rhône-Alpes|45.1|2.7
16|Charente|Nouvelle-Aquitaine|45.7|0.2
17|Charente-Maritime|Nouvelle-Aquitaine|45.8|-0.7
18|Cher|Centre-Val de Loire|47.1|2.5
19|Corrèze|Nouvelle-Aquitaine|45.4|1.9
2A|Corse-du-Sud|Corse|41.9|9.0
2B|Haute-Corse|Corse|42.4|9.2
21|Côte-d’Or|Bourgogne-Franche-Comté|47.4|4.8
22|Côtes-d’Armor|Bretagne|48.4|-2.9
23|Creuse|Nouvelle-Aquitaine|46.1|2.0
24|Dordogne|Nouvelle-Aquitaine|45.1|0.7
25|Doubs|Bourgogne-Franche-Comté|47.2|6.4
26|Drôme|Auvergne-Rhône-Alpes|44.7|5.2
27|Eure|Normandie|49.1|1.0
28|Eure-et-Loir|Centre-Val de Loire|48.4|1.4
29|Finistère|Bretagne|48.3|-4.1
30|Gard|Occitanie|44.0|4.2
31|Haute-Garonne|Occitanie|43.4|1.2
32|Gers|Occitanie|43.7|0.5
33|Gironde|Nouvelle-Aquitaine|44.8|-0.6
34|Hérault|Occitanie|43.6|3.4
35|Ille-et-Vilaine|Bretagne|48.2|-1.6
36|Indre|Centre-Val de Loire|46.8|1.6
37|Indre-et-Loire|Centre-Val de Loire|47.3|0.7
38|Isère|Auvergne-Rhône-Alpes|45.3|5.6
39|Jura|Bourgogne-Franche-Comté|46.7|5.7
40|Landes|Nouvelle-Aquitaine|44.0|-0.8
41|Loir-et-Cher|Centre-Val de Loire|47.6|1.4
42|Loire|Auvergne-Rhône-Alpes|45.7|4.2
43|Haute-Loire|Auvergne-Rhône-Alpes|45.1|3.8
44|Loire-Atlantique|Pays de la Loire|47.3|-1.7
45|Loiret|Centre-Val de Loire|47.9|2.3
46|Lot|Occitanie|44.6|1.6
47|Lot-et-Garonne|Nouvelle-Aquitaine|44.4|0.5
48|Lozère|Occitanie|44.5|3.5
49|Maine-et-Loire|Pays de la Loire|47.4|-0.6
50|Manche|Normandie|49.1|-1.3
51|Marne|Grand Est|48.9|4.2
52|Haute-Marne|Grand Est|48.1|5.2
53|Mayenne|Pays de la Loire|48.1|-0.7
54|Meurthe-et-Moselle|Grand Est|48.8|6.2
55|Meuse|Grand Est|49.0|5.4
56|Morbihan|Bretagne|47.8|-2.8
57|Moselle|Grand Est|49.0|6.7
58|Nièvre|Bourgogne-Franche-Comté|47.1|3.5
59|Nord|Hauts-de-France|50.4|3.2
60|Oise|Hauts-de-France|49.4|2.4
61|Orne|Normandie|48.6|0.1
62|Pas-de-Calais|Hauts-de-France|50.5|2.3
63|Puy-de-Dôme|Auvergne-Rhône-Alpes|45.7|3.1
64|Pyrénées-Atlantiques|Nouvelle-Aquitaine|43.3|-0.8
65|Hautes-Pyrénées|Occitanie|43.1|0.2
66|Pyrénées-Orientales|Occitanie|42.6|2.5
67|Bas-Rhin|Grand Est|48.7|7.6
68|Haut-Rhin|Grand Est|47.9|7.3
69|Rhône|Auvergne-Rhône-Alpes|45.9|4.6
70|Haute-Saône|Bourgogne-Franche-Comté|47.6|6.1
71|Saône-et-Loire|Bourgogne-Franche-Comté|46.6|4.5
72|Sarthe|Pays de la Loire|48.0|0.2
73|Savoie|Auvergne-Rhône-Alpes|45.5|6.4
74|Haute-Savoie|Auvergne-Rhône-Alpes|46.0|6.4
75|Paris|Île-de-France|48.9|2.3
76|Seine-Maritime|Normandie|49.7|1.0
77|Seine-et-Marne|Île-de-France|48.6|2.9
78|Yvelines|Île-de-France|48.8|1.8
79|Deux-Sèvres|Nouvelle-Aquitaine|46.5|-0.3
80|Somme|Hauts-de-France|50.0|2.3
81|Tarn|Occitanie|43.8|2.2
82|Tarn-et-Garonne|Occitanie|44.1|1.3
83|Var|Provence-Alpes-Côte d’Azur|43.4|6.2
84|Vaucluse|Provence-Alpes-Côte d’Azur|44.0|5.2
85|Vendée|Pays de la Loire|46.7|-1.3
86|Vienne|Nouvelle-Aquitaine|46.6|0.5
87|Haute-Vienne|Nouvelle-Aquitaine|45.9|1.2
88|Vosges|Grand Est|48.2|6.4
89|Yonne|Bourgogne-Franche-Comté|47.8|3.6
90|Territoire de Belfort|Bourgogne-Franche-Comté|47.6|6.9
91|Essonne|Île-de-France|48.5|2.2
92|Hauts-de-Seine|Île-de-France|48.8|2.2
93|Seine-Saint-Denis|Île-de-France|48.9|2.5
94|Val-de-Marne|Île-de-France|48.8|2.5
95|Val-d’Oise|Île-de-France|49.1|2.1
971|Guadeloupe|Guadeloupe|16.2|-61.5
972|Martinique|Martinique|14.6|-61.0
973|Guyane|Guyane|4.0|-53.0
974|La Réunion|La Réunion|-21.1|55.5
975|Saint-Pierre-et-Miquelon|Saint-Pierre-et-Miquelon|46.9|-56.3
976|Mayotte|Mayotte|-12.8|45.2
977|Saint-Barthélemy|Saint-Barthélemy|17.9|-62.8
978|Saint-Martin|Saint-Martin|18.1|-63.1
986|Wallis-et-Futuna|Wallis-et-Futuna|-13.8|-177.2
987|Polynésie française|Polynésie française|-17.6|-149.5
988|Nouvelle-Calédonie|Nouvelle-Calédonie|-21.3|165.6
`;

function readTable(): readonly Department[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', name = '', region = '', latitude, longitude] = line.split('|');
      return { code, name, region, latitude: Number(latitude), longitude: Number(longitude) };
    });
}

const departments: ReadonlyMap<string, Department> = new Map(readTable().map((each) => [each.code, each]));

export function departmentName(code: string): string {
  return departments.get(code)?.name ?? code;
}

/** Other names of regions. */
const regionNames: Readonly<Record<string, string>> = {
  idf: 'Île-de-France',
  'region parisienne': 'Île-de-France',
  paca: 'Provence-Alpes-Côte d’Azur',
  aura: 'Auvergne-Rhône-Alpes',
  'rhone alpes': 'Auvergne-Rhône-Alpes',
  bfc: 'Bourgogne-Franche-Comté',
  hdf: 'Hauts-de-France',
  aquitaine: 'Nouvelle-Aquitaine',
  'pays loire': 'Pays de la Loire',
};

/** The name without its empty words, as a question is read: `val oise`, `pays loire`. */
function key(name: string): string {
  return wordsOf(name)
    .filter((word) => !['d', 'de', 'du', 'la', 'et', 'l'].includes(word))
    .join(' ');
}

/** Names of departments and regions, as words without particles -> the numbers meant. */
export const areas: ReadonlyMap<string, readonly string[]> = (() => {
  const found = new Map<string, string[]>();
  const add = (name: string, code: string) => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [code]);
    else if (!known.includes(code)) known.push(code);
  };
  for (const { code, name, region } of departments.values()) {
    add(key(name), code);
    add(key(region), code);
    for (const [other, meant] of Object.entries(regionNames)) if (meant === region) add(other, code);
  }
  for (const code of ['2A', '2B']) add(code.toLowerCase(), code);
  for (const code of departments.keys()) if (/^\d+$/.test(code)) add(code, code);
  return found;
})();

/** The number of the department: as the source says it (`1`, `01`, `GIRONDE`), else by the postcode; null when neither tells. */
export function departmentCode(said: string | null, postcode: string | null): string | null {
  if (said !== null && said !== '') {
    const code = said.toUpperCase().padStart(2, '0');
    if (departments.has(code)) return code;
    const named = areas.get(key(fold(said)));
    if (named?.length === 1) return named[0] ?? null;
  }
  if (postcode === null || !/^\d{5}$/.test(postcode)) return null;
  if (postcode.startsWith('20')) return Number(postcode) < 20_200 ? '2A' : '2B';
  const code = /^9[78]/.test(postcode) ? postcode.slice(0, 3) : postcode.slice(0, 2);
  return departments.has(code) ? code : null;
}

const earthRadiusKm = 6_371;

/** Between the centres of two departments, as the crow flies; null inside one, and when either is not known. */
export function kilometresBetween(one: string, other: string): number | null {
  const from = departments.get(one);
  const to = departments.get(other);
  if (from === undefined || to === undefined || from === to) return null;
  const radians = Math.PI / 180;
  const half = (angle: number) => Math.sin((angle * radians) / 2) ** 2;
  const chord =
    half(to.latitude - from.latitude) +
    Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * half(to.longitude - from.longitude);
  return Math.round(2 * earthRadiusKm * Math.asin(Math.sqrt(chord)));
}
