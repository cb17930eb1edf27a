package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  @Test
  void namesAreTakenOutOfASentenceWholeAndInLowerCase() {
    assertThat(
            Identifiers.in(
                "See (ERR_DISK-FULL/17) in \"conf/Disk.cfg\", or XJ-4500/B; call readAll()."))
        .contains("err_disk-full/17", "conf/disk.cfg", "xj-4500/b", "readall")
        .doesNotContain("see", "call", "in");
  }

  @Test
  void proseHasNone() {
    assertThat(Identifiers.in("Every word of it is plain, and so are A.D. — 42 of them!"))
        .doesNotContain("every", "plain", "42", "them");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "handlers.yaml",
        "ERR_DISK_FULL",
        "conf/disk",
        "NullPointerException",
        "0x80070057"
      })
  void whatNoSentenceHasIsAnIdentifierAlone(String text) {
    assertThat(Identifiers.only(text)).isTrue();
    assertThat(Identifiers.only("why " + text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "water", "omega-3", "COVID-19", "vitamin B12", "H1N1", "e.g.", "well-known"})
  void wordsThatLookAlmostLikeOneAreAskedForTheirMeaning(String text) {
    assertThat(Identifiers.only(text)).isFalse();
  }
}
