package io.millrace.extract.format;

import java.io.IOException;

/** The title in the properties of an office document; programs often leave it empty. */
final class OfficeTitle {
  private OfficeTitle() {}

  static String read(ZipPackage zip) throws IOException {
    return read(zip, "docProps/core.xml");
  }

  static String read(ZipPackage zip, String member) throws IOException {
    var title = new StringBuilder();
    boolean _ =
        Xml.walk(
            zip,
            member,
            new Xml.Visitor() {
              private boolean within;

              @Override
              public void start(String name, Xml at) {
                within = name.equals("title");
              }

              @Override
              public void text(String characters, Xml at) {
                title.append(within ? characters : "");
              }

              @Override
              public void end(String name, Xml at) {
                within = false;
              }
            });
    String found = title.toString().strip();
    return found.equals("PowerPoint Presentation") || found.equals("Word Document") ? "" : found;
  }
}
