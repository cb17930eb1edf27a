package io.millrace.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the house to its rules, and shows of each rule that it can fail. */
class LayersTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millrace");
  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackages("io.millrace.arch.planted");

  static Stream<Map.Entry<String, ArchRule>> rulesOfTheHouse() {
    return new Rules("io.millrace").all().entrySet().stream();
  }

  static Stream<Map.Entry<String, ArchRule>> rulesOverPlantedViolations() {
    return new Rules("io.millrace.arch.planted").all().entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rulesOfTheHouse")
  void theHouseKeepsItsRules(Map.Entry<String, ArchRule> rule) {
    rule.getValue().check(HOUSE);
  }

  @ParameterizedTest
  @MethodSource("rulesOverPlantedViolations")
  void everyRuleFindsItsPlantedViolation(Map.Entry<String, ArchRule> rule) {
    assertThat(rule.getValue().evaluate(PLANTED).hasViolation()).as(rule.getKey()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("packagesOnDisk")
  void everyPackageHasALevelAndIsInTheTable(String name) throws IOException {
    assertThat(Rules.LEVELS).containsKey(name);
    assertThat(Files.readString(Path.of("docs", "architecture.md")))
        .contains("| %d | `%s` |".formatted(Rules.LEVELS.get(name), name));
  }

  static Stream<String> packagesOnDisk() throws IOException {
    try (var entries = Files.list(Path.of("src/main/java/io/millrace"))) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }
}
