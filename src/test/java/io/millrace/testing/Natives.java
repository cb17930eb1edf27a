package io.millrace.testing;

import java.nio.file.Path;

/**
 * Where tests unpack native libraries. All share it: a JVM loads each library once, and it must not
 * lie in the temporary directory of whichever test came first.
 */
public final class Natives {
  /** Kept between runs. */
  public static final Path CACHE = Path.of("target", "native").toAbsolutePath();

  private Natives() {}
}
