package io.millrace.extract.format;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;

/** What people filled into the fields of a form; it is no part of its pages. */
final class PdfForm {
  private static final int FIELDS_MAX = 10_000;

  private PdfForm() {}

  static void write(PDDocument document, TextBuilder text) {
    PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
    if (form == null) {
      return;
    }
    text.block();
    int fields = 0;
    for (PDField field : form.getFieldTree()) {
      if (++fields > FIELDS_MAX) {
        return;
      }
      String value = field.getValueAsString();
      if (field.getFieldType() != null
          && !field.getFieldType().equals("Btn")
          && value != null
          && !value.isBlank()) {
        text.line();
        text.inline(field.getPartialName() + ": " + value);
      }
    }
  }
}
