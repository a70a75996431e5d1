/** Given names by age group and sex, the frequent ones first. */

const words = (text: string): readonly string[] => text.trim().split(/\s*\n\s*|\s*,\s*/u);

export interface GivenNames {
  readonly women: readonly string[];
  readonly men: readonly string[];
}

/** Born before 1965, 1965–1984, since 1985. */
export const givenNamesByAge: readonly [GivenNames, GivenNames, GivenNames] = [
  {
    women: words(`
Marie, Monique, Françoise, Catherine, Martine, Christine, Nicole, Sylvie, Brigitte, Véronique, Chantal, Dominique, Anne, Patricia, Jacqueline, Michèle, Annie, Isabelle, Bernadette, Danielle
Évelyne, Geneviève, Colette, Élisabeth, Odile, Josiane, Ghislaine, Agnès, Béatrice, Marie-Claude, Marie-Christine, Anne-Marie, Marie-Thérèse, Marie-Hélène, Marie-Françoise, Marie-José, Solange
Huguette, Jeannine, Mireille, Régine, Pascale, Muriel, Corinne, Florence, Élyane, Marie-Noëlle, Marie-Paule, Anne-Françoise, Joëlle, Gisèle, Arlette, Édith, Hélène`),
    men: words(`
Michel, Jean, Philippe, Alain, Patrick, Pierre, Bernard, Christian, Jacques, Daniel, Gérard, Jean-Pierre, Dominique, Jean-Claude, Jean-Luc, Jean-Michel, Jean-François, Jean-Marc, Jean-Paul
Jean-Louis, Jean-Yves, Jean-Jacques, Jean-Marie, Jean-Philippe, Jean-Baptiste, Yves, Gilles, Francis, Marc, Didier, Bruno, Denis, Serge, Claude, Guy, Hervé, Joël, Roland, Henri, Maurice, Hubert
Gilbert, René, Robert, Georges, Rémi, Régis, Pascal, Éric, Thierry, Xavier, Étienne, François, Paul-Henri, Loïc`),
  },
  {
    women: words(`
Nathalie, Sandrine, Stéphanie, Céline, Virginie, Isabelle, Valérie, Sophie, Karine, Émilie, Aurélie, Sabrina, Delphine, Laurence, Séverine, Caroline, Christelle, Laetitia, Élodie, Audrey, Julie
Vanessa, Magali, Frédérique, Claire, Hélène, Anne-Sophie, Anne-Laure, Marie-Laure, Anne-Claire, Marie-Pierre, Florence, Estelle, Gaëlle, Cécile, Carole, Angélique, Peggy, Ingrid, Nadia, Nadège
Fabienne, Myriam, Sonia, Samira, Fatima, Karima, Malika, Leïla, Maria, Solenn, Rozenn, Maïwenn, Élise, Bénédicte, Raphaëlle, Aude, Agathe, Anaïs, Mélanie, Perrine, Ségolène, Maud, Noémie`),
    men: words(`
Christophe, Stéphane, Nicolas, Laurent, David, Frédéric, Olivier, Sébastien, Éric, Thierry, Franck, Jérôme, Julien, Vincent, Guillaume, Cédric, Fabrice, Ludovic, Bruno, Arnaud, Mickaël, Emmanuel
Grégory, Benoît, Mathieu, Matthieu, Cyril, Yann, Gwenaël, Erwan, Ronan, Tanguy, Loïc, Gaëtan, Aurélien, Damien, Fabien, Romain, Jean-Sébastien, Jean-Christophe, Marc-Antoine, Pierre-Yves
Pierre-Emmanuel, Charles-Édouard, François-Xavier, Karim, Mehdi, Mohamed, Rachid, Nordine, Samir, Farid, José, Carlos, Manuel, Paulo, Denis, Xavier, Raphaël, Gaël, Rodolphe, Hervé`),
  },
  {
    women: words(`
Léa, Camille, Manon, Chloé, Marine, Pauline, Laura, Marie, Mathilde, Sarah, Emma, Justine, Margaux, Lucie, Océane, Julie, Mélanie, Morgane, Anaïs, Charlotte, Clara, Inès, Juliette, Alice, Lola
Jeanne, Louise, Zoé, Éloïse, Héloïse, Clémence, Clémentine, Coralie, Élodie, Émeline, Noémie, Ophélie, Solène, Maëlle, Maëlys, Enora, Nolwenn, Klervi, Apolline, Capucine, Constance, Victoire
Sixtine, Anne-Charlotte, Marie-Lou, Marie-Alix, Lou-Anne, Yasmine, Imane, Sofia, Nour, Assia, Amina, Aïcha, Fatou, Aminata, Awa, Mariama, Thuy, Linh, Mai-Anh, Inês, Beatriz, Kelly, Cindy`),
    men: words(`
Thomas, Alexandre, Maxime, Lucas, Hugo, Antoine, Quentin, Clément, Valentin, Théo, Julien, Romain, Florian, Benjamin, Kévin, Anthony, Jordan, Dylan, Paul, Louis, Arthur, Adrien, Baptiste, Bastien
Corentin, Tristan, Gabin, Malo, Ewen, Titouan, Yoann, Gaspard, Augustin, Côme, Éliott, Loïs, Noé, Raphaël, Rémi, Simon, Victor, Mathis, Nathan, Enzo, Axel, Jules, Paul-Émile, Pierre-Louis
Jean-Gabriel, Jean-Eudes, Louis-Marie, Amine, Bilal, Yanis, Ilyès, Sofiane, Ayoub, Ibrahim, Mamadou, Moussa, Ousmane, Minh, Quang, Tiago, Diogo, Loïck, Steven, Jean-Baptiste`),
  },
];
