package io.millrace.settings;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Fetching what people name by URL.
 *
 * @param timeout the longest one fetch may take, redirects and the last byte included
 * @param connectTimeout the longest wait for one connection
 * @param bytesMax largest page or file
 * @param redirectsMax how often one fetch may be sent elsewhere
 * @param allow host names, addresses and blocks of addresses that may be fetched from although they
 *     are not public
 */
public record OutboundSettings(
    Duration timeout,
    Duration connectTimeout,
    DataSize bytesMax,
    int redirectsMax,
    List<String> allow) {
  private static final Pattern HOST_NAME =
      Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  /** Copies the list. */
  public OutboundSettings {
    allow = List.copyOf(allow);
  }

  static OutboundSettings read(Section section) {
    List<String> allow = section.texts("allow", List.of());
    for (String entry : allow) {
      if (!isHostName(entry) && !isBlock(entry)) {
        throw section.refused(
            "allow", entry, "host names such as wiki.intra, blocks such as 10.0.0.0/8, addresses");
      }
    }
    return new OutboundSettings(
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofMinutes(10)),
        section.duration(
            "connectTimeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
        section.size("bytesMax", DataSize.megabytes(32), DataSize.gigabytes(1)),
        section.number("redirectsMax", 5, 0, 20),
        allow);
  }

  /** The allowed names. */
  public List<String> allowedHosts() {
    return allow.stream().filter(OutboundSettings::isHostName).toList();
  }

  /** The allowed blocks. */
  public List<AddressBlock> allowedBlocks() {
    return allow.stream().filter(entry -> !isHostName(entry)).map(AddressBlock::parse).toList();
  }

  private static boolean isHostName(String entry) {
    return HOST_NAME.matcher(entry).matches();
  }

  private static boolean isBlock(String entry) {
    try {
      return AddressBlock.parse(entry).bits() >= 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
