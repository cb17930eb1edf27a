package io.millrace.settings;

/**
 * Where PostgreSQL is.
 *
 * @param url {@code postgresql://}; empty starts the embedded one
 * @param connectionsMax size of this process's pool
 */
public record DatabaseSettings(String url, int connectionsMax) {
  static DatabaseSettings read(Section section) {
    String url = section.text("url", "");
    if (!url.isEmpty() && !url.matches("postgres(ql)?://.+")) {
      throw section.refused("url", "…", "postgresql://…, or empty");
    }
    return new DatabaseSettings(url, section.number("connectionsMax", 8, 2, 100));
  }

  @Override
  public String toString() {
    return "DatabaseSettings[url=" + (url.isEmpty() ? "embedded" : "given") + "]";
  }
}
