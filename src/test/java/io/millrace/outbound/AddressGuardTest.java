package io.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.settings.OutboundSettings;
import io.millrace.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::808:808",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:c0a8:101::1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
      })
  void whatIsNotPublicIsRefused(String address) {
    assertThat(AddressGuard.isPublic(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.0.1",
        "169.255.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "192.167.0.1",
        "192.169.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::808:808",
        "2002:808:808::1",
      })
  void whatIsPublicIsAllowed(String address) {
    assertThat(AddressGuard.isPublic(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void anIpv4AddressCannotHideInAnIpv6Object() throws Exception {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");

    assertThat(AddressGuard.isPublic(Inet6Address.getByAddress(null, mapped, -1))).isFalse();
  }

  @Test
  void theOperatorAllowsNamesAddressesAndBlocks() {
    var guard = new AddressGuard(settings("Wiki.intra", "10.1.0.0/17", "fd00::/8", "127.0.0.1"));

    assertThat(guard.allows("wiki.intra", InetAddress.ofLiteral("192.168.0.1"))).isTrue();
    assertThat(guard.allows("other.intra", InetAddress.ofLiteral("192.168.0.1"))).isFalse();
    assertThat(guard.allows("sub.wiki.intra", InetAddress.ofLiteral("192.168.0.1"))).isFalse();
    assertThat(guard.allows("any", InetAddress.ofLiteral("10.1.127.255"))).isTrue();
    assertThat(guard.allows("any", InetAddress.ofLiteral("10.1.128.0"))).isFalse();
    assertThat(guard.allows("any", InetAddress.ofLiteral("fd12::1"))).isTrue();
    assertThat(guard.allows("any", InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(guard.allows("any", InetAddress.ofLiteral("127.0.0.2"))).isFalse();
    assertThat(guard.allows("any", InetAddress.ofLiteral("8.8.8.8"))).isTrue();
  }

  private static OutboundSettings settings(String... allow) {
    var file =
        new JsonObject()
            .put("outbound", new JsonObject().put("allow", new JsonArray(List.of(allow))));
    return Settings.read(file, Map.of()).outbound();
  }
}
