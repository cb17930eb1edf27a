package io.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNameTest {
  @ParameterizedTest
  @CsvSource({
    "attachment; filename=guide.md, guide.md",
    "attachment; filename=\"my guide.md\"; size=3, my guide.md",
    "attachment; filename=\"a \\\"b\\\".md\", a \"b\".md",
    "attachment; filename=x.md; filename*=UTF-8''%D0%BC%D0%B5%D0%BB%D1%8C.md, мель.md",
    "attachment; filename=\"../../etc/passwd\", passwd",
    "attachment; filename=\"C:\\\\dir\\\\file.md\", file.md",
    "attachment; filename=\"..\", b.html",
    "attachment; filename=\"\", b.html",
    "inline, b.html",
  })
  void theAnswerNamesTheFile(String disposition, String name) {
    assertThat(FileName.of(disposition, WebAddress.parse("http://example.org/a/b.html?x=/y")))
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.org/a/b.html, b.html",
    "http://example.org/a/b/, b",
    "http://example.org/, example.org",
    "http://example.org/?x=/y, example.org",
    "http://example.org/a%2Fb%20c+d.md, b c+d.md",
    "http://example.org/a/%00%0A, example.org",
    "http://example.org/%D0%BC%D0%B5%D0%BB%D1%8C, мель",
    "http://example.org/%E2%80%AEfdp.md, fdp.md",
  })
  void elseThePathDoesElseTheHost(String url, String name) {
    assertThat(FileName.of(null, WebAddress.parse(url))).isEqualTo(name);
  }

  @Test
  void aNameHasALimitAndKeepsCharactersWhole() {
    WebAddress address = WebAddress.parse("http://example.org/x");

    assertThat(FileName.of("attachment; filename=" + "n".repeat(1_000), address)).hasSize(200);
    assertThat(FileName.of("attachment; filename=\"" + "n".repeat(199) + "😀\"", address))
        .isEqualTo("n".repeat(199));
  }
}
