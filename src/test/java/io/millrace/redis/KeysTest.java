package io.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class KeysTest {
  @Test
  void everyKeyOfAShardBeginsWithItsTag() {
    assertThat(Keys.TASK.of(3, "3-abc")).isEqualTo("{s3}:task:3-abc");
    assertThat(Keys.READY.of(0, "echo", "high", "acme")).isEqualTo("{s0}:ready:echo:high:acme");
    assertThat(Keys.LEASES.of(1)).isEqualTo("{s1}:leases");
  }

  @Test
  void onlyTheLastPartMayHoldAColon() {
    assertThat(Keys.IDEMPOTENCY.of(0, "acme", "a:b")).isEqualTo("{s0}:idem:acme:a:b");
    assertThatThrownBy(() -> Keys.IDEMPOTENCY.of(0, "ac:me", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ac:me");
  }

  @Test
  void scriptsSpellKeysThroughTheSameForms() {
    assertThat(Keys.asLua())
        .contains("local function key_events(p1) return SHARD .. 'task:' .. p1 .. ':events' end")
        .contains("local function key_leases() return SHARD .. 'leases' end");
  }

  @Test
  void everyKeyIsAFunctionOfTheScripts() {
    String lua = Keys.asLua();

    assertThat(Arrays.stream(Keys.values()).map(key -> key.name().toLowerCase(Locale.ROOT)))
        .allSatisfy(name -> assertThat(lua).contains("function key_" + name + "("));
  }

  @Test
  void aScriptKeepsItsFlagsOnTheFirstLineAndHoldsThePrelude() {
    Script claim = Script.named("claim");

    assertThat(claim.source()).startsWith("#!lua flags=allow-oom\n").contains("key_leases");
    assertThat(claim.digest()).hasSize(40);
    assertThat(Script.named("submit").source()).startsWith("#!lua\n");
    assertThatThrownBy(() -> Script.named("no-such")).isInstanceOf(IllegalStateException.class);
  }
}
