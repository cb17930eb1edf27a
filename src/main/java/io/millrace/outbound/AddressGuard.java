package io.millrace.outbound;

import io.millrace.settings.AddressBlock;
import io.millrace.settings.OutboundSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which addresses may be connected to: public ones, and what the operator allows. The
 * blocks are those of IANA's special-purpose registries.
 */
final class AddressGuard {
  private static final List<AddressBlock> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8", // this network
              "10.0.0.0/8", // private
              "100.64.0.0/10", // behind a carrier's translation
              "127.0.0.0/8", // this machine
              "169.254.0.0/16", // link-local, where clouds answer with their secrets
              "172.16.0.0/12", // private
              "192.0.0.0/24", // protocol assignments
              "192.0.2.0/24", // documentation
              "192.88.99.0/24", // relays of 6to4
              "192.168.0.0/16", // private
              "198.18.0.0/15", // benchmarks
              "198.51.100.0/24", // documentation
              "203.0.113.0/24", // documentation
              "224.0.0.0/4", // multicast
              "240.0.0.0/4", // reserved, and broadcast
              "2001::/23", // protocol assignments, Teredo among them
              "2001:db8::/32", // documentation
              "3fff::/20") // documentation
          .map(AddressBlock::parse)
          .toList();

  /** The only public part of IPv6: whatever is not in here is private, local or not in use. */
  private static final AddressBlock GLOBAL_IPV6 = AddressBlock.parse("2000::/3");

  private static final AddressBlock SIX_TO_FOUR = AddressBlock.parse("2002::/16");
  private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");

  private final Set<String> allowedHosts;
  private final List<AddressBlock> allowedBlocks;

  AddressGuard(OutboundSettings settings) {
    this.allowedHosts =
        settings.allowedHosts().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.allowedBlocks = settings.allowedBlocks();
  }

  /** Whether {@code address}, which {@code host} leads to, may be connected to. */
  boolean allows(String host, InetAddress address) {
    return allowedHosts.contains(host)
        || allowedBlocks.stream().anyMatch(block -> block.contains(address))
        || isPublic(address);
  }

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == Integer.BYTES) {
      return isInNone(address);
    }
    if (NAT64.contains(address)) {
      return isPublic(ipv4(bytes, 12));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return isPublic(ipv4(bytes, 2));
    }
    return GLOBAL_IPV6.contains(address) && isInNone(address);
  }

  private static boolean isInNone(InetAddress address) {
    return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + Integer.BYTES));
    } catch (UnknownHostException fourBytesAreAnAddress) {
      throw new IllegalStateException(fourBytesAreAnAddress);
    }
  }
}
