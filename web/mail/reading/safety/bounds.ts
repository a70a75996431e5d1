/** What reading takes on: past a bound the message is shown as plain text, or the part is offered for download alone. */
export const readingBounds = {
  /** Of a message's HTML: what Word writes for twenty pages; sanitising more would hold the screen for seconds. */
  htmlCharacters: 600_000,
  /** Of all style sheets of a message: those of newsletters have some twenty thousand. */
  sheetCharacters: 100_000,
  /** Of one `style` attribute. */
  declarationsCharacters: 4_000,
  /** Elements shown: layout grows faster than their number. */
  elements: 30_000,
  /** Pixels of the frame of a message; a longer one scrolls inside. */
  frameHeight: 40_000,
  /** Characters of plain text shown at once. */
  textCharacters: 400_000,
  /** Octets of a text attachment shown: what a person reads on a screen. */
  previewTextBytes: 1_048_576,
  /** Octets of a PDF or an image opened in the page: more is for a program of the device. */
  previewBytes: 50_331_648,
  /** Pages of a PDF drawn; the rest is in the file. */
  pdfPages: 300,
  /** Messages of a conversation asked for at once (`maxObjectsInGet` is above). */
  conversation: 200,
  /** Recipients told one by one before a summary stands for them. */
  deliveriesShown: 5,
} as const;
