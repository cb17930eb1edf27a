package io.millrace.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * A server of buckets that speaks the protocol of S3.
 *
 * @param endpoint its URL
 * @param pathStyle whether buckets stand in the path of a URL; in its host name otherwise
 * @param timeout the longest wait for a sign of life
 */
public record S3Settings(
    URI endpoint,
    String region,
    String accessKey,
    String secretKey,
    boolean pathStyle,
    Duration timeout) {
  static S3Settings read(Section section) {
    return new S3Settings(
        endpoint(section),
        region(section),
        secret(section, "accessKey"),
        secret(section, "secretKey"),
        section.flag("pathStyle", true),
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofMinutes(10)));
  }

  private static URI endpoint(Section section) {
    try {
      URI uri = new URI(section.text("endpoint", ""));
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Falls through to the refusal, which says what is allowed.
    }
    // Not shown: somebody may have put keys into it.
    throw section.refused("endpoint", "…", "http:// or https:// with a host, without keys");
  }

  private static String region(Section section) {
    String region = section.text("region", "us-east-1");
    if (!region.matches("[a-z0-9-]{1,63}")) {
      throw section.refused("region", region, "a name such as us-east-1");
    }
    return region;
  }

  private static String secret(Section section, String name) {
    String secret = section.text(name, "");
    if (secret.isBlank()) {
      throw section.refused(name, "", "a key; both are needed");
    }
    return secret.strip();
  }

  @Override
  public String toString() {
    return "S3Settings[endpoint=" + endpoint + ", region=" + region + "]";
  }
}
