package io.millrace.settings;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/** Addresses that begin with the same {@code bits}, written {@code 10.0.0.0/8} or {@code ::1}. */
public record AddressBlock(InetAddress first, int bits) {
  /** Refuses a length that the address does not have. */
  public AddressBlock {
    if (bits < 0 || bits > first.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("no such prefix length: " + bits);
    }
  }

  /** Reads the written form, or throws {@link IllegalArgumentException}; looks no name up. */
  public static AddressBlock parse(String text) {
    String[] parts = text.split("/", -1);
    InetAddress first = InetAddress.ofLiteral(parts[0]);
    if (first instanceof Inet4Address && !first.getHostAddress().equals(parts[0])) {
      throw new IllegalArgumentException("not four decimal numbers: " + text);
    }
    return switch (parts.length) {
      case 1 -> new AddressBlock(first, first.getAddress().length * Byte.SIZE);
      case 2 -> new AddressBlock(first, Integer.parseInt(parts[1]));
      default -> throw new IllegalArgumentException("not a block of addresses: " + text);
    };
  }

  /** Whether {@code address} is one of them; an IPv4 address never is one of an IPv6 block. */
  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    int whole = bits / Byte.SIZE;
    if (mine.length != other.length || !Arrays.equals(mine, 0, whole, other, 0, whole)) {
      return false;
    }
    int rest = bits % Byte.SIZE;
    return rest == 0 || ((mine[whole] ^ other[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0;
  }
}
