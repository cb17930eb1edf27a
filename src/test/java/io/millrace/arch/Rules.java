package io.millrace.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URL;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How the house is built, as rules over the packages below one root. */
final class Rules {
  /** The levels; a package knows only packages of strictly lower ones. */
  static final Map<String, Integer> LEVELS =
      levels(
          List.of("problem", "access"),
          List.of("task"),
          List.of("settings", "observe", "json", "process", "loop", "model"),
          List.of("bus", "redis", "sql", "outbound", "encoder", "decoder", "extract"),
          List.of("artifact", "queue", "events", "changelog", "inference"),
          List.of("archive", "document", "schedule", "stream"),
          List.of("index", "source"),
          List.of("tuning", "chat"),
          List.of("handler", "evaluate"),
          List.of("dispatch"),
          List.of("http"),
          List.of("app"));

  /** A library, and the packages that may know it: one, but for ONNX Runtime. */
  private static final Map<String, List<String>> HOMES =
      Map.ofEntries(
          Map.entry("io.vertx.redis..", List.of("redis")),
          Map.entry("io.vertx.pgclient..", List.of("sql")),
          Map.entry("org.postgresql..", List.of("sql")),
          Map.entry("org.flywaydb..", List.of("sql")),
          Map.entry("com.fasterxml.jackson..", List.of("json")),
          Map.entry("io.micrometer..", List.of("observe")),
          Map.entry("io.vertx.config..", List.of("settings")),
          Map.entry("io.vertx.core.eventbus..", List.of("bus")),
          Map.entry("io.vertx.spi.cluster..", List.of("bus")),
          Map.entry("com.hazelcast..", List.of("bus")),
          Map.entry("io.vertx.ext.web..", List.of("http")),
          Map.entry("org.apache.lucene..", List.of("index")),
          Map.entry("ai.onnxruntime..", List.of("model", "encoder", "decoder", "inference")),
          Map.entry("ai.djl..", List.of("model")),
          Map.entry("com.cronutils..", List.of("schedule")),
          Map.entry("software.amazon..", List.of("source")),
          Map.entry("org.jsoup..", List.of("extract.format")),
          Map.entry("org.commonmark..", List.of("extract.format")),
          Map.entry("org.apache.pdfbox..", List.of("extract.format")),
          Map.entry("org.apache.james..", List.of("extract.format")));

  /**
   * What makes connections. The rest of its package is what the door {@code sql.Database} hands
   * out: a transaction, its statements, their rows.
   */
  private static final Set<String> CONNECTING =
      Set.of("Pool", "PoolOptions", "SqlConnectOptions", "ClientBuilder");

  /**
   * Where a thread may wait for a future: everything here runs on virtual threads, but for {@code
   * app}, which starts on the main thread and stops on a thread of the JVM.
   */
  private static final List<String> WAITING =
      List.of(
          "queue",
          "events",
          "dispatch",
          "archive",
          "schedule",
          "stream",
          "loop",
          "document",
          "source",
          "tuning",
          "chat",
          "handler",
          "evaluate",
          "app");

  private final String root;

  /** Rules over the packages below {@code root}. */
  Rules(String root) {
    this.root = root;
  }

  @SafeVarargs
  private static Map<String, Integer> levels(List<String>... levels) {
    Map<String, Integer> byName = new LinkedHashMap<>();
    for (int level = 0; level < levels.length; level++) {
      for (String name : levels[level]) {
        byName.put(name, level);
      }
    }
    return byName;
  }

  /** Every rule by name. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("levels", packagesKnowOnlyLowerLevels());
    rules.put("cycles", packagesAreFreeOfCycles());
    HOMES.forEach((library, home) -> rules.put("library " + library, homes(library, home)));
    rules.put("pools", onlyTheDoorOfSqlConnects());
    rules.put("clients", foreignHostsAreAskedInOnePlace());
    rules.put("processes", childrenAreMadeInOnePlace());
    rules.put("environment", theEnvironmentIsReadInOnePlace());
    rules.put("waiting", onlyVirtualThreadPackagesAwait());
    rules.put("verticles", verticlesAreFinalAndNamedSo());
    rules.put("plain", theLowestLevelsArePlainJava());
    rules.put("messages", messagesLinkNoLibrary());
    return rules;
  }

  private ArchRule packagesKnowOnlyLowerLevels() {
    return classes().should(knowOnlyLowerLevels());
  }

  private ArchCondition<JavaClass> knowOnlyLowerLevels() {
    return new ArchCondition<>("know only packages of lower levels") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        String own = packageOf(item);
        if (own.isEmpty()) {
          return;
        }
        if (!LEVELS.containsKey(own)) {
          events.add(SimpleConditionEvent.violated(item, own + " has no level"));
          return;
        }
        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
          String other = packageOf(dependency.getTargetClass());
          if (!other.isEmpty()
              && !other.equals(own)
              && LEVELS.getOrDefault(other, Integer.MAX_VALUE) >= LEVELS.get(own)) {
            events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The first name below the root; empty for the root itself and for everything outside. */
  private String packageOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    int from = root.length() + 1;
    return name.startsWith(root + ".") && name.length() > from
        ? name.substring(from, name.indexOf('.', from))
        : "";
  }

  private ArchRule packagesAreFreeOfCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles();
  }

  private ArchRule homes(String library, List<String> homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            homes.stream().map(home -> root + "." + home + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat(
            resideInAPackage(library)
                .and(
                    describe(
                        "are not handed out",
                        type ->
                            !type.getPackageName().equals("io.vertx.sqlclient")
                                || CONNECTING.contains(type.getSimpleName()))));
  }

  /** Rows, parameters and a running transaction pass through the door of sql; pools do not. */
  private ArchRule onlyTheDoorOfSqlConnects() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".sql..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "io\\.vertx\\.sqlclient\\.(Pool|PoolOptions|SqlConnectOptions|ClientBuilder)");
  }

  /** Whatever asks a host that somebody named goes through the guard. */
  private ArchRule foreignHostsAreAskedInOnePlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".outbound..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "(io\\.vertx\\.core\\.http\\.(HttpClient|WebSocketClient)|java\\.net\\.http\\."
                + "|java\\.net\\.HttpURLConnection|org\\.jsoup\\.Connection).*")
        .orShould(callMethod(URL.class, "openStream"));
  }

  private ArchRule childrenAreMadeInOnePlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".process..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class);
  }

  private ArchRule theEnvironmentIsReadInOnePlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".settings..")
        .should(callMethod(System.class, "getenv"))
        .orShould(callMethod(System.class, "getenv", String.class));
  }

  private ArchRule onlyVirtualThreadPackagesAwait() {
    DescribedPredicate<HasName> await = describe("await", call -> call.getName().equals("await"));
    return noClasses()
        .that()
        .resideOutsideOfPackages(below(WAITING))
        .should()
        .callMethodWhere(
            target(await)
                .and(
                    describe(
                        "of a future",
                        call -> call.getTargetOwner().isAssignableTo(Future.class))));
  }

  private ArchRule verticlesAreFinalAndNamedSo() {
    return classes()
        .that()
        .areAssignableTo(VerticleBase.class)
        .and()
        .areTopLevelClasses()
        .should()
        .haveSimpleNameEndingWith("Verticle")
        .andShould(
            new ArchCondition<>("be final") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                if (!item.getModifiers()
                    .contains(com.tngtech.archunit.core.domain.JavaModifier.FINAL)) {
                  events.add(SimpleConditionEvent.violated(item, item.getName() + " is not final"));
                }
              }
            })
        .allowEmptyShould(true);
  }

  private ArchRule theLowestLevelsArePlainJava() {
    return noClasses()
        .that()
        .resideInAnyPackage(below(List.of("problem", "access", "task")))
        .should()
        .dependOnClassesThat(
            describe(
                "are neither Java's nor ours",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !type.getPackageName().startsWith(root)
                        && !type.getPackageName().startsWith("org.jspecify")
                        && !type.isPrimitive()
                        && !type.isArray()));
  }

  /** An http process names the messages of inference and index; that must load neither. */
  private ArchRule messagesLinkNoLibrary() {
    return noClasses()
        .that()
        .implement(describe("a bus message", type -> type.getSimpleName().equals("BusMessage")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai..", "org.apache.lucene..", "io.vertx.redis..", "io.vertx.ext..")
        .allowEmptyShould(true);
  }

  private String[] below(List<String> names) {
    return Arrays.stream(names.toArray(String[]::new))
        .map(name -> root + "." + name + "..")
        .toArray(String[]::new);
  }
}
