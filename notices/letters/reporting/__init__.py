"""Reports as PDF: headings, paragraphs, tables of figures and charts."""
