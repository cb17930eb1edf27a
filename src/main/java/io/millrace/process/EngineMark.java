package io.millrace.process;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * What a data directory remembers about the child it started last; only a running child that fits
 * it wholly is adopted.
 *
 * @param nonce random, also in the child's own words (its title or command line)
 * @param version of the engine's program
 * @param configuration hash of the configuration it was started with
 */
public record EngineMark(String nonce, String version, String configuration) {
  /** A mark with a fresh nonce for a start with {@code configurationText}. */
  public static EngineMark fresh(String version, String configurationText) {
    String nonce = HexFormat.of().toHexDigits(RandomGenerator.of("SecureRandom").nextLong());
    return new EngineMark(nonce, version, hash(configurationText));
  }

  /** Whether a child with this mark is what {@code version} and {@code text} would start. */
  public boolean fits(String wantedVersion, String configurationText) {
    return version.equals(wantedVersion) && configuration.equals(hash(configurationText));
  }

  /** Reads it; empty when there is none or not a whole one. */
  public static Optional<EngineMark> load(Path file) {
    try {
      Properties stored = new Properties();
      stored.load(new StringReader(Files.readString(file)));
      String nonce = stored.getProperty("nonce", "");
      return nonce.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new EngineMark(
                  nonce,
                  stored.getProperty("version", ""),
                  stored.getProperty("configuration", "")));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new EngineException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes it, before the child starts: a child without a mark is never adopted. */
  public void save(Path file) {
    try {
      AtomicFile.write(
          file,
          "nonce=%s%nversion=%s%nconfiguration=%s%n".formatted(nonce, version, configuration));
    } catch (IOException e) {
      throw new EngineException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
