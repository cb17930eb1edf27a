package io.millrace.index;

import static io.millrace.index.Library.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.access.Scope;
import io.millrace.index.Library.Draft;
import io.millrace.index.PassageSearcher.QueryVector;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import io.millrace.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageSearcherTest {
  private static final String MODEL = Library.MODEL;
  private static final int DIMENSIONS = 16;

  @TempDir private Path directory;
  private IndexStore store;

  @BeforeEach
  void open() throws IOException {
    store = IndexStore.open(PassageShape.shape(), directory);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void anEmptyIndexFindsNothingInAnyMode() {
    for (Mode mode : Mode.values()) {
      assertThat(search("water", mode, Optional.of(axis(0))).hits()).isEmpty();
    }
  }

  @Test
  void aStemFindsTheWordAndSaysWhere() throws IOException {
    index(document("a").passages("Nothing here.", "The wheels turned slowly."));

    Hit hit = keyword("wheel").hits().getFirst();

    assertThat(hit.documentId()).isEqualTo("a");
    assertThat(hit.ordinal()).isEqualTo(1);
    assertThat(hit.highlights()).containsExactly(new SearchPassages.Range(4, 10));
    assertThat(hit.scores()).containsOnlyKeys("fused", "bm25");
  }

  @Test
  void titleNameAndHeadingsAreFoundWithTheText() throws IOException {
    index(document("manual").title("Turbine handbook").headed("Gears › Oil", "Weekly."));

    for (String word : List.of("turbine", "manual.txt", "gear", "weekly")) {
      assertThat(keyword(word).hits()).as(word).hasSize(1);
    }
    assertThat(keyword("\"handbook manual\"").hits()).as("a phrase across parts").isEmpty();
  }

  @Test
  void aPhraseMustOccurAndItsStopWordsCount() throws IOException {
    index(document("a").passages("run to the river", "the river run", "to run a river"));

    List<Hit> hits = keyword("\"to the river\"").hits();
    assertThat(hits).extracting(Hit::ordinal).containsExactly(0);
    assertThat(hits.getFirst().highlights()).containsExactly(new SearchPassages.Range(4, 16));
  }

  @Test
  void wordsOfAPhraseAreNotMarkedWhereTheyStandAlone() throws IOException {
    index(document("a").passages("A wheel, water, and a water wheel."));

    assertThat(keyword("\"water wheel\"").hits().getFirst().highlights())
        .containsExactly(new SearchPassages.Range(22, 33));
    assertThat(keyword("water wheel").hits().getFirst().highlights()).hasSize(4);
  }

  @Test
  void aPhraseBindsTheVectorSideToo() throws IOException {
    index(document("a").passage("a water wheel", mixed(0.1f)));
    index(document("b").passage("a wheel of water", axis(0)));

    for (Mode mode : Mode.values()) {
      assertThat(search("old \"water wheel\"", mode, Optional.of(axis(0))).hits())
          .as(mode.name())
          .extracting(Hit::documentId)
          .containsExactly("a");
    }
  }

  @Test
  void aQuestionOfStopWordsAloneStillFinds() throws IOException {
    index(document("a").passages("to be or not to be", "water"));

    assertThat(keyword("to be").hits()).hasSize(1);
  }

  @Test
  void vectorsFindWhatSharesNoWord() throws IOException {
    index(document("a").passage("alpha", axis(0)).passage("beta", axis(1)));

    Hits hits = search("gamma", Mode.VECTOR, Optional.of(axis(1)));

    assertThat(hits.hits().getFirst().text()).isEqualTo("beta");
    assertThat(hits.hits().getFirst().scores().get("cosine")).isCloseTo(1, within(1e-6));
    assertThat(hits.hits().getLast().scores().get("cosine")).isCloseTo(0, within(1e-6));
  }

  @Test
  void aHybridHitCarriesBothScoresAndTheFormulaOrdersThem() throws IOException {
    index(document("a").passage("water wheel", axis(0)));
    index(document("b").passage("water", mixed(0.8f)));
    index(document("c").passage("stone", mixed(0.6f)));

    Hits hits = search("water wheel", Mode.HYBRID, Optional.of(axis(0)));

    double[] words = hits.hits().stream().mapToDouble(h -> score(h, "bm25")).toArray();
    double[] cosines = hits.hits().stream().mapToDouble(h -> score(h, "cosine")).toArray();
    double[] fused = FusionTest.fused(words, cosines, 0.6);
    assertThat(hits.mode()).isEqualTo(Mode.HYBRID);
    assertThat(hits.hits()).extracting(Hit::documentId).containsExactly("a", "b", "c");
    assertThat(cosines).containsExactly(new double[] {1, 0.8, 0.6}, within(1e-6));
    for (int i = 0; i < fused.length; i++) {
      assertThat(score(hits.hits().get(i), "fused")).isCloseTo(fused[i], within(1e-9));
    }
  }

  @Test
  void withoutAVectorWordsAloneAreComparedAndTheAnswerSaysSo() throws IOException {
    index(document("a").passage("water", axis(0)));

    Hits hits = search("water", Mode.HYBRID, Optional.empty());

    assertThat(hits.mode()).isEqualTo(Mode.KEYWORD);
    assertThat(hits.hits()).hasSize(1);
  }

  @Test
  void filtersActInsideBothSidesHoweverFewPass() throws IOException {
    for (int i = 0; i < 600; i++) {
      index(document("noise" + i).passage("water water water", axis(0)));
    }
    index(document("wanted").collection("rare").passage("water and stone", mixed(0.1f)));

    for (Mode mode : Mode.values()) {
      Hits hits = find(asked("water", mode).in("rare"), Optional.of(axis(0)));
      assertThat(hits.hits()).as(mode.name()).extracting(Hit::documentId).containsExactly("wanted");
    }
  }

  @Test
  void eachFilterRestricts() throws IOException {
    index(document("a").collection("one").mediaType("text/html").passage("water", axis(0)));
    index(document("b").collection("two").mediaType("text/plain").passage("water", axis(0)));

    var byDocument = asked("water", Mode.HYBRID).with(new Filters(List.of("b"), List.of()));
    var byType = asked("water", Mode.HYBRID).with(new Filters(List.of(), List.of("text/html")));

    assertThat(found(byDocument)).containsExactly("b");
    assertThat(found(byType)).containsExactly("a");
    assertThat(found(asked("water", Mode.HYBRID).in("one", "two"))).hasSize(2);
    assertThat(found(asked("water", Mode.HYBRID).in("none"))).isEmpty();
  }

  @Test
  void languageTagsAndTimesActInsideBothSidesHoweverFewPass() throws IOException {
    for (int i = 0; i < 300; i++) {
      index(document("noise" + i).passage("The water is the water and it is cold.", axis(0)));
    }
    Instant then = Instant.EPOCH.plusSeconds(60);
    String german = "Das Wasser ist kalt und der Fluss ist nicht water.";
    index(document("german").passage(german, mixed(0.3f)));
    index(document("tagged").tagged("rare", "other").passage("water", mixed(0.2f)));
    index(document("later").changed(then).passage("water", mixed(0.1f)));

    for (Mode mode : Mode.values()) {
      Asked water = asked("water", mode);
      var ofGerman = filters(List.of("de"), List.of(), Optional.empty(), Optional.empty());
      var ofTag = filters(List.of(), List.of("rare"), Optional.empty(), Optional.empty());
      var ofLater = filters(List.of(), List.of(), Optional.of(then), Optional.empty());
      var ofEarlier = filters(List.of("de"), List.of(), Optional.empty(), Optional.of(then));
      assertThat(found(water.with(ofGerman))).as(mode.name()).containsExactly("german");
      assertThat(found(water.with(ofTag))).as(mode.name()).containsExactly("tagged");
      assertThat(found(water.with(ofLater))).as(mode.name()).containsExactly("later");
      assertThat(found(water.with(ofEarlier))).as(mode.name()).containsExactly("german");
    }
  }

  @Test
  void anotherTenantOrProjectSeesNothing() throws IOException {
    index(document("a").passage("water", axis(0)));

    for (Scope stranger :
        List.of(new Scope("other", "default", "x"), new Scope("default", "other", "x"))) {
      assertThat(found(asked("water", Mode.HYBRID).by(stranger))).isEmpty();
    }
  }

  @Test
  void oneDocumentCannotFillThePage() throws IOException {
    Draft many = document("many");
    for (int i = 0; i < 20; i++) {
      many = many.passage("water water water water", axis(0));
    }
    index(many);
    index(document("few").passage("water somewhere else", mixed(0.5f)));

    for (Mode mode : Mode.values()) {
      assertThat(find(asked("water", mode), Optional.of(axis(0))).hits())
          .as(mode.name())
          .extracting(Hit::documentId)
          .containsExactly("many", "many", "many", "few");
    }
  }

  @Test
  void vectorsOfAnotherModelAreNeverCompared() throws IOException {
    index(document("a").model("elder").passage("alpha", 1, 0, 0, 0));

    assertThat(search("gamma", Mode.VECTOR, Optional.of(axis(0))).hits()).isEmpty();
    assertThat(search("alpha", Mode.HYBRID, Optional.of(axis(0))).hits()).hasSize(1);
  }

  @Test
  void languagesAndTimesAndSourcesRestrict() throws IOException {
    index(document("en").passage("The water of the river is cold and it is deep.", axis(0)));
    index(document("de").passage("Das Wasser ist kalt und der Fluss ist nicht water.", axis(0)));

    Filters german = filters(List.of("de"), List.of(), Optional.empty(), Optional.empty());
    Filters epoch =
        filters(List.of(), List.of(), Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH));
    Filters later =
        filters(List.of(), List.of(), Optional.of(Instant.EPOCH.plusMillis(1)), Optional.empty());
    Filters elsewhere =
        new Filters(
            List.of(),
            List.of(),
            List.of(),
            List.of("https://a.b/"),
            List.of(),
            Optional.empty(),
            Optional.empty());

    assertThat(found(asked("water", Mode.HYBRID).with(german))).containsExactly("de");
    assertThat(found(asked("water", Mode.HYBRID).with(epoch))).hasSize(2);
    assertThat(found(asked("water", Mode.HYBRID).with(later))).isEmpty();
    assertThat(found(asked("water", Mode.HYBRID).with(elsewhere))).isEmpty();
  }

  @Test
  void aLanguageIsFoundInItsOwnForms() throws IOException {
    index(document("de").passages("Die alten Mühlen stehen am Fluss und sind nicht mehr da."));
    index(document("fr").passages("Les moulins sont dans la vallée et le chat est avec eux."));

    assertThat(keyword("Mühle").hits().getFirst().documentId()).isEqualTo("de");
    assertThat(keyword("muehle").hits().getFirst().documentId()).isEqualTo("de");
    assertThat(keyword("moulin").hits().getFirst().documentId()).isEqualTo("fr");
    assertThat(keyword("vallee").hits().getFirst().documentId()).isEqualTo("fr");
    assertThat(keyword("\"alten Mühlen\"").hits().getFirst().highlights()).hasSize(1);
    assertThat(keyword("Mühle").hits().getFirst().language()).isEqualTo("de");
  }

  @Test
  void aMistypedWordFindsWhatIsSpelledAlike() throws IOException {
    index(document("a").passages("The reservoir is full of water.", "Nothing else."));

    Hits hits = find(asked("resevoir", Mode.KEYWORD).explained(), Optional.empty());

    assertThat(hits.hits()).extracting(Hit::ordinal).containsExactly(0);
    assertThat(hits.explanation().orElseThrow().corrected()).containsExactly("resevoir");
  }

  @Test
  void aKnownWordIsNotCorrectedBesideIt() throws IOException {
    index(document("a").passages("A wheel turns.", "The wheat grows."));

    assertThat(keyword("wheel").hits()).extracting(Hit::ordinal).containsExactly(0);
  }

  @Test
  void identifiersAreFoundWhole() throws IOException {
    index(document("a").passages("See error ERR_DISK-FULL/17 in disk.cfg.", "The disk is full."));
    index(document("b").passages("Part XJ-4500/B fits.", "Part XJ-4500/C fits."));

    assertThat(keyword("err_disk-full/17").hits().getFirst().ordinal()).isZero();
    assertThat(keyword("XJ-4500/C").hits().getFirst().ordinal()).isEqualTo(1);
    assertThat(keyword("disk.cfg").hits().getFirst().documentId()).isEqualTo("a");
  }

  @Test
  void facetsCountWhatMatches() throws IOException {
    index(document("a").collection("one").mediaType("text/html").passages("water", "water", "x"));
    index(document("b").collection("two").mediaType("text/html").passages("water"));

    Hits hits = find(asked("water", Mode.KEYWORD).counted(), Optional.empty());

    assertThat(hits.facets().get("collections")).isEqualTo(Map.of("one", 2L, "two", 1L));
    assertThat(hits.facets().get("mediaTypes")).isEqualTo(Map.of("text/html", 3L));
    assertThat(hits.facets().get("languages")).isEqualTo(Map.of("und", 3L));
    assertThat(hits.facets().get("tags")).isEmpty();
    assertThat(keyword("water").facets()).isEmpty();
  }

  @Test
  void aWeightThatIsSaidCountsWhateverTheLanguage() throws IOException {
    index(document("words").passage("Die Mühle hebt das Wasser.", mixed(0.1f)));
    index(document("meaning").passage("stone", axis(0)));

    for (double weight : List.of(0.0, 1.0)) {
      Hits hits =
          find(
              asked("Wie hebt die Mühle das Wasser?", Mode.HYBRID).weighed(weight),
              Optional.of(axis(0)));

      assertThat(hits.hits().getFirst().documentId()).isEqualTo(weight == 0 ? "words" : "meaning");
      var explanation = hits.explanation().orElseThrow();
      assertThat(explanation.vectorWeight()).isEqualTo(weight);
      assertThat(explanation.model()).isPresent();
    }
  }

  @Test
  void anExplanationAddsUp() throws IOException {
    index(document("a").passage("water wheel", axis(0)));
    index(document("b").passage("water stone", mixed(0.5f)));

    Hits hits = find(asked("water wheel", Mode.HYBRID).explained(), Optional.of(axis(0)));

    for (Hit hit : hits.hits()) {
      double sum = hit.words().values().stream().mapToDouble(part -> part).sum();
      assertThat(sum).isCloseTo(score(hit, "bm25"), within(1e-5));
    }
    assertThat(hits.hits().getFirst().words()).containsOnlyKeys("water", "wheel");
    assertThat(hits.explanation().orElseThrow().vectorWeight()).isEqualTo(0.6);
    assertThat(hits.explanation().orElseThrow().candidates()).isEqualTo(2);
  }

  @Test
  void wordsDecideWhereTheModelCannotReadTheLanguage() throws IOException {
    index(document("a").passage("Wie die Mühle das Wasser der Stadt hebt und nicht mehr", axis(1)));
    index(document("b").passage("Nothing that the question says is in here", axis(0)));

    var german = asked("Wie hebt die Mühle das Wasser?", Mode.HYBRID).explained();
    Hits hits = find(german, Optional.of(axis(0)));

    assertThat(hits.hits().getFirst().documentId()).isEqualTo("a");
    assertThat(hits.explanation().orElseThrow().language()).isEqualTo("de");
    assertThat(hits.explanation().orElseThrow().vectorWeight()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void passagesThatHaveTheWordsTellTheLanguageOfAShortQuestion() throws IOException {
    index(document("a").passage("Wie die Mühle das Wasser der Stadt hebt und nicht mehr", axis(1)));

    Hits hits = find(asked("Mühle", Mode.HYBRID).explained(), Optional.of(axis(0)));

    assertThat(hits.explanation().orElseThrow().language()).isEqualTo("und");
    assertThat(hits.explanation().orElseThrow().vectorWeight()).isCloseTo(0.1, within(1e-12));
  }

  private static Filters filters(
      List<String> languages, List<String> tags, Optional<Instant> from, Optional<Instant> to) {
    return new Filters(List.of(), List.of(), languages, List.of(), tags, from, to);
  }

  @Test
  void noQuestionCanBreakASearch() throws IOException {
    index(document("a").passage("water AND wheel OR (stone) +river -lake", axis(0)));

    Seeds.check(random -> {
      String question = hostile(random);
      for (Mode mode : Mode.values()) {
        assertThat(search(question, mode, Optional.of(axis(0)))).as("<%s>", question).isNotNull();
      }
    });
    for (String question :
        List.of("", " ", "\"", "\"\"", "*", "a:b", "((((", "-", "\\", "\u0000")) {
      assertThat(keyword(question)).isNotNull();
    }
  }

  private static String hostile(RandomGenerator random) {
    String[] pieces = {
      "water",
      "\"",
      "(",
      ")",
      "*",
      "?",
      "~2",
      "^9",
      "AND",
      "NOT",
      ":",
      "\\",
      "[a TO",
      "}",
      "/.*/",
      "вода",
      "ё",
      "\uD83D",
      "\uDE00",
      "\u0000",
      "\u202E",
      "é",
      "-",
      "+",
      "«",
      "»",
      "„",
      "“",
      "  ",
      "\n",
      "&&",
      "||",
      "x".repeat(400),
      "%",
      "{\"a\":1}",
      "水"
    };
    var question = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      question.append(pieces[random.nextInt(pieces.length)]);
      question.append(random.nextBoolean() ? " " : "");
    }
    return question.toString();
  }

  private void index(Draft draft) throws IOException {
    var content = draft.indexable();
    store.replace(PassageShape.key(content.document().id()), PassageShape.documents(content));
  }

  private Hits keyword(String question) {
    return search(question, Mode.KEYWORD, Optional.empty());
  }

  private Hits search(String question, Mode mode, Optional<float[]> vector) {
    return find(asked(question, mode), vector);
  }

  private List<String> found(Asked asked) {
    return find(asked, Optional.of(axis(0))).hits().stream().map(Hit::documentId).toList();
  }

  private Hits find(Asked asked, Optional<float[]> vector) {
    try {
      store.refresh();
      return store.search(index ->
          new PassageSearcher(Library.SEARCH)
              .search(index, asked.question(), vector.map(v -> new QueryVector(MODEL, v))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Asked asked(String question, Mode mode) {
    return new Asked(
        new SearchPassages(Scope.DEFAULT, question, List.of(), mode, 10, Filters.NONE));
  }

  private static double score(Hit hit, String name) {
    return hit.scores().getOrDefault(name, 0.0);
  }

  private static float[] axis(int dimension) {
    float[] vector = new float[DIMENSIONS];
    vector[dimension] = 1;
    return vector;
  }

  /** A unit vector whose cosine with axis 0 is this. */
  private static float[] mixed(float cosine) {
    float[] vector = new float[DIMENSIONS];
    vector[0] = cosine;
    vector[1] = (float) Math.sqrt(1 - cosine * cosine);
    return vector;
  }

  /** A question with one thing changed at a time. */
  private record Asked(SearchPassages question) {
    Asked in(String... collections) {
      return changed(question.asker(), List.of(collections), question.filters());
    }

    Asked by(Scope asker) {
      return changed(asker, question.collections(), question.filters());
    }

    Asked with(Filters filters) {
      return changed(question.asker(), question.collections(), filters);
    }

    Asked explained() {
      return with(new Options(3, Fusing.SCORES, Optional.empty(), false, true));
    }

    Asked weighed(double vectorWeight) {
      return with(
          new Options(3, Fusing.SCORES, Optional.of(vectorWeight), Optional.empty(), false, true));
    }

    Asked counted() {
      return with(new Options(3, Fusing.SCORES, Optional.empty(), true, false));
    }

    private Asked with(Options options) {
      return new Asked(
          new SearchPassages(
              question.asker(),
              question.query(),
              question.collections(),
              question.mode(),
              question.limit(),
              question.filters(),
              options));
    }

    private Asked changed(Scope asker, List<String> collections, Filters filters) {
      return new Asked(
          new SearchPassages(
              asker, question.query(), collections, question.mode(), question.limit(), filters));
    }
  }
}
