package io.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
  @ParameterizedTest
  @CsvSource({
    "http://example.org, http://example.org/",
    "' HTTPS://Example.ORG:443/A/b?c=d#part ', https://example.org/A/b?c=d",
    "http://example.org:80/, http://example.org/",
    "http://example.org:443/, http://example.org:443/",
    "https://example.org:8443/x, https://example.org:8443/x",
    "http://localhost./, http://localhost/",
    "http://example.org?q=1, http://example.org/?q=1",
    "http://bücher.example/é?ü, http://xn--bcher-kva.example/%C3%A9?%C3%BC",
    "http://пример.испытание/, http://xn--e1afmkfd.xn--80akhbyknj4f/",
    "http://１２７.０.０.１/, http://127.0.0.1/",
    "http://127。0。0。1/, http://127.0.0.1/",
    "http://192.0.2.7./, http://192.0.2.7/",
    "'http://[::FFFF:127.0.0.1]/', http://127.0.0.1/",
    "'http://[2001:DB8::1]:8080/', 'http://[2001:db8:0:0:0:0:0:1]:8080/'",
    "http://under_score.example.org/, http://under_score.example.org/",
  })
  void aUrlHasOneForm(String written, String plain) {
    WebAddress address = WebAddress.parse(written);

    assertThat(address.text()).isEqualTo(plain);
    assertThat(WebAddress.parse(address.text())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "/page",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "jar:http://example.org/a.jar!/",
        "mailto:a@example.org",
        "http:example.org",
        "http://",
        "http:///page",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org\\@127.0.0.1/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: other",
        "http://%31%32%37.0.0.1/",
        "http://exa%00mple.org/",
        "http://-.*.org/",
        "http://a..b/",
        "http://./",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.01/",
        "http://127.0.0.256/",
        "http://1.2.3.4.5/",
        "http://1.2.3.0x4/",
        "http://[::1/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[1.2.3.4]x/",
        "http://[12345::]/",
        "http://example.org:0/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:65536/",
        "http://example.org:99999999999/",
        "http://example.org:x/",
      })
  void whatIsNotAPlainWebUrlIsRefused(String text) {
    assertThatThrownBy(() -> WebAddress.parse(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("invalid: ");
  }

  @Test
  void aUrlHasALimit() {
    assertThatThrownBy(() -> WebAddress.parse("http://example.org/" + "é".repeat(400)))
        .hasMessageContaining("2048");
  }

  @ParameterizedTest
  @CsvSource({
    "/x, http://example.org/x",
    "x, http://example.org/a/x",
    "../x, http://example.org/x",
    "?y=2, http://example.org/a/b?y=2",
    "//other.example/x, http://other.example/x",
    "https://other.example, https://other.example/",
    "x#part, http://example.org/a/x",
  })
  void aRedirectIsReadFromWhereItWasGiven(String location, String leadsTo) {
    WebAddress from = WebAddress.parse("http://example.org/a/b?x=1");

    assertThat(from.redirectedTo(location).text()).isEqualTo(leadsTo);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "http://a@b/", "http://[", "mailto:x", "//127.1/"})
  void aRedirectIsHeldToTheSameRules(String location) {
    WebAddress from = WebAddress.parse("http://example.org/");

    assertThatThrownBy(() -> from.redirectedTo(location)).isInstanceOf(ProblemException.class);
  }
}
