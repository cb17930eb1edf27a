package io.millrace.outbound;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that may be asked, in its plain form: {@code http} or {@code https}, no user, a host that
 * reads the same to everybody, a port of the web, no fragment.
 *
 * @param host a name in ASCII without a dot at its end, or an address without brackets
 * @param target path and query, beginning with a slash
 */
record WebAddress(boolean tls, String host, int port, String target) {
  private static final int LENGTH_MAX = 2048;
  private static final int HOST_LENGTH_MAX = 253;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Below it live mail, shells and the like, which could be made to read a request as commands. */
  private static final int FREE_PORTS_FROM = 1024;

  private static final int PORT_MAX = 65_535;
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^:\\[\\]@%]+))(?::(\\d{0,5}))?");
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
  private static final Pattern PLAIN_IPV4 =
      Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern ENDS_IN_A_NUMBER =
      Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9A-Fa-f]*)");

  /** Reads a URL as people write it; fails with {@code Invalid}. */
  static WebAddress parse(String text) {
    try {
      return of(new URI(text.strip()));
    } catch (URISyntaxException _) {
      throw refused("This is no URL.");
    }
  }

  /** Where the header {@code Location} of an answer from here leads. */
  WebAddress redirectedTo(String location) {
    try {
      String given = location.strip();
      // URI.resolve would drop the last segment of the path, as an older standard wanted it.
      String whole = given.startsWith("?") ? target.replaceFirst("\\?.*", "") + given : given;
      return of(new URI(text()).resolve(new URI(whole)));
    } catch (URISyntaxException _) {
      throw refused("The page sends readers on to something that is no URL.");
    }
  }

  /** The one way to write it. */
  String text() {
    boolean usual = port == (tls ? HTTPS_PORT : HTTP_PORT);
    return (tls ? "https://" : "http://") + urlHost() + (usual ? "" : ":" + port) + target;
  }

  /** The host as a URL has it. */
  String urlHost() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /** The address, where the host is one and not a name. */
  Optional<InetAddress> literal() {
    return host.indexOf(':') >= 0 || ENDS_IN_A_NUMBER.matcher(host).matches()
        ? Optional.of(InetAddress.ofLiteral(host))
        : Optional.empty();
  }

  private static WebAddress of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused("Only http and https URLs can be fetched.");
    }
    boolean tls = scheme.equals("https");
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (authority.indexOf('@') >= 0) {
      throw refused("A URL with a user name or password is not fetched.");
    }
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      throw refused("This URL names no host.");
    }
    String host = parts.group(1) == null ? name(parts.group(2)) : address(parts.group(1));
    var address = new WebAddress(tls, host, port(parts.group(3), tls), target(uri));
    if (address.text().length() > LENGTH_MAX) {
      throw refused("A URL may have " + LENGTH_MAX + " characters.");
    }
    return address;
  }

  private static String target(URI uri) {
    try {
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return new URI((path.isEmpty() ? "/" : path) + query).toASCIIString();
    } catch (URISyntaxException _) {
      throw refused("This is no URL.");
    }
  }

  private static int port(@Nullable String digits, boolean tls) {
    if (digits == null || digits.isEmpty()) {
      return tls ? HTTPS_PORT : HTTP_PORT;
    }
    int port = Integer.parseInt(digits);
    if (port == HTTP_PORT || port == HTTPS_PORT || (port >= FREE_PORTS_FROM && port <= PORT_MAX)) {
      return port;
    }
    throw refused("Port " + port + " is not fetched from: 80, 443 and 1024 to 65535 are.");
  }

  private static String address(String literal) {
    try {
      return InetAddress.ofLiteral(literal).getHostAddress();
    } catch (IllegalArgumentException _) {
      throw refused("This URL names no host.");
    }
  }

  private static String name(String written) {
    String ascii;
    try {
      ascii = IDN.toASCII(written).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      throw refused("This URL names no host.");
    }
    String host = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    if (host.length() > HOST_LENGTH_MAX || !HOST_NAME.matcher(host).matches()) {
      throw refused("This URL names no host.");
    }
    return ENDS_IN_A_NUMBER.matcher(host).matches() ? ipv4(host) : host;
  }

  /** One number, octal and hexadecimal forms mean different hosts to different programs. */
  private static String ipv4(String host) {
    try {
      if (PLAIN_IPV4.matcher(host).matches()) {
        return InetAddress.ofLiteral(host).getHostAddress();
      }
    } catch (IllegalArgumentException _) {
      // Falls through to the refusal: a number is above 255.
    }
    throw refused("An address is written as four decimal numbers, such as 192.0.2.1.");
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(new Problem.Invalid("/url", detail));
  }
}
