package io.millrace.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.millrace.testing.Samples;
import io.millrace.testing.Seeds;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireFormsTest {
  private static final List<Class<?>> MESSAGES =
      new ClassFileImporter()
              .withImportOption(new ImportOption.DoNotIncludeTests())
              .importPackages("io.millrace")
              .stream()
              .filter(type -> type.isAssignableTo(BusMessage.class) && type.isRecord())
              .filter(type -> !type.isAssignableTo(Reply.class))
              .<Class<?>>map(JavaClass::reflect)
              .toList();

  @Test
  void thereAreMessagesToWalk() {
    assertThat(MESSAGES).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void everyMessageReadsBackFromTheWireAsItWasSent() {
    Seeds.check(random -> {
      for (Class<?> type : MESSAGES) {
        var message = (BusMessage) Samples.of(type, random);
        assertThat(overTheWire(message))
            .as(type.getName())
            .usingRecursiveComparison()
            .isEqualTo(message);
      }
    });
  }

  @Test
  void everyRefusalReadsBackFromTheWireAsItWasSent() {
    Seeds.check(random -> {
      var refusal = (Reply.Refusal) Samples.of(Reply.Refusal.class, random);
      assertThat(overTheWire(refusal)).isEqualTo(refusal);
    });
  }

  private static BusMessage overTheWire(BusMessage message) {
    Buffer buffer = Buffer.buffer();
    new BusCodec().encodeToWire(buffer, message);
    return new BusCodec().decodeFromWire(0, buffer);
  }
}
