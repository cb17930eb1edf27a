package io.millrace.app;

import java.util.Optional;

/** Which Millrace this is. */
final class Version {
  private Version() {}

  /** The version in the jar's manifest; {@code dev} when run from classes. */
  static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("dev");
  }
}
