package io.millrace.process;

import java.util.Locale;

/**
 * The operating system and processor, in the words of the bundled binaries.
 *
 * @param os {@code linux}, {@code darwin} or what the JVM calls it
 * @param arch {@code amd64}, {@code arm64} or what the JVM calls it
 */
public record Platform(String os, String arch) {
  /** The platform this JVM runs on. */
  public static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Platform of(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch = osArch.toLowerCase(Locale.ROOT);
    return new Platform(
        os.startsWith("mac") ? "darwin" : os,
        switch (arch) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        });
  }

  @Override
  public String toString() {
    return os + "-" + arch;
  }
}
