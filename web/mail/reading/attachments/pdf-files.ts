/** Where the files stand that pdf.js asks for by name: fonts of the standard, decoders of scans (web/vite-pdf-files.ts puts them there). */
export const pdfFilesFolder = '/assets/pdf-6.5.438/';
