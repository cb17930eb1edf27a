package io.millrace;

import java.lang.reflect.InvocationTargetException;

/**
 * The jar's main class. It alone is compiled for Java 8, so that an older Java says in one line
 * what is missing instead of failing over the version of a class file.
 */
public final class Launcher {
  private static final int JAVA_MIN = 25;

  private Launcher() {}

  /** Hands over to {@code io.millrace.app.Main}, or ends with 1 where Java is too old. */
  public static void main(String[] args) throws Throwable {
    int java = major(System.getProperty("java.specification.version", "0"));
    if (java < JAVA_MIN) {
      System.err.printf(
          "Millrace needs Java %d or newer; this is Java %d (%s).%n",
          JAVA_MIN, java, System.getProperty("java.home"));
      System.exit(1);
    }
    try {
      Class.forName("io.millrace.app.Main")
          .getMethod("main", String[].class)
          .invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** 8 of {@code 1.8}, 25 of {@code 25}. */
  private static int major(String specification) {
    String[] parts = specification.split("\\.");
    return Integer.parseInt(parts[0].equals("1") && parts.length > 1 ? parts[1] : parts[0]);
  }
}
