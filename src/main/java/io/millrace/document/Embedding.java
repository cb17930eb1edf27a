package io.millrace.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.document.Chunker.Chunk;
import io.millrace.document.Editions.Edition;
import io.millrace.inference.Embed;
import io.millrace.inference.ModelClient;
import io.millrace.model.TextKind;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the passages of one edition their vectors, and keeps them portion by portion. Of a changed
 * document only what changed costs the model anything: a passage that stands in the searchable
 * edition, word for word, and was read by the same model, has its vector from there.
 */
final class Embedding {
  private static final int PORTION = 32;
  private static final int PORTIONS_AHEAD = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ModelClient models;
  private final Editions editions;
  private final Edition edition;
  private final List<Chunk> chunks;
  private Optional<String> madeBy;
  private Map<String, Integer> known = Map.of();

  Embedding(ModelClient models, Editions editions, Edition edition, List<Chunk> chunks) {
    this.models = models;
    this.editions = editions;
    this.edition = edition;
    this.chunks = chunks;
    this.madeBy = edition.embeddingModel();
  }

  /** Hears how many passages have their vectors; may throw to stop. */
  interface Progress {
    /** {@code done} of {@code total}. */
    void at(long done, long total);
  }

  /**
   * Passages on their way.
   *
   * @param from the ordinal of the first
   * @param vectors those of the searchable edition, by place in the portion
   * @param asked the places that the model is asked for, in order
   */
  private record Portion(
      int from,
      List<Chunk> chunks,
      Map<Integer, float[]> vectors,
      List<Integer> asked,
      Future<Embed.Vectors> answer) {}

  /** Blocks until every passage is kept. */
  void run(Progress progress) {
    Deque<Portion> ahead = new ArrayDeque<>();
    int kept = edition.passages();
    int begun = kept;
    madeBy.ifPresent(this::recall);
    while (kept < chunks.size()) {
      progress.at(kept, chunks.size());
      while (begun < chunks.size() && ahead.size() < PORTIONS_AHEAD) {
        Portion portion = portion(begun);
        ahead.addLast(portion);
        begun += portion.chunks().size();
        if (madeBy.isEmpty()) {
          break; // The answer says which model it is, and so which vectors are known.
        }
      }
      kept += keep(ahead.removeFirst());
    }
  }

  private Portion portion(int from) {
    List<Chunk> some = chunks.subList(from, Math.min(chunks.size(), from + PORTION));
    List<String> texts =
        some.stream().map(chunk -> chunk.read(edition.extraction().text())).toList();
    Map<Integer, float[]> vectors = known(texts);
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!vectors.containsKey(i)) {
        asked.add(i);
      }
    }
    Future<Embed.Vectors> answer =
        asked.isEmpty()
            ? Future.succeededFuture(new Embed.Vectors(madeBy.orElseThrow(), List.of(), 0))
            : ask(asked.stream().map(texts::get).toList());
    return new Portion(from, some, vectors, asked, answer);
  }

  /** Without a model there are no vectors: each is empty then. */
  private Future<Embed.Vectors> ask(List<String> texts) {
    Generation generation = edition.generation();
    return generation.hasModel()
        ? models.ask(new Embed(generation.model(), texts, TextKind.PASSAGE), PATIENCE)
        : Future.succeededFuture(
            new Embed.Vectors("", texts.stream().map(_ -> new float[0]).toList(), 0));
  }

  private int keep(Portion portion) {
    Embed.Vectors answer = portion.answer().await();
    if (madeBy.isEmpty()) {
      Void _ = editions.madeBy(edition, answer.model()).await();
      madeBy = Optional.of(answer.model());
      recall(answer.model());
    } else if (!madeBy.get().equals(answer.model())) {
      Void _ = editions.restart(edition).await(); // vectors of two models are not comparable
      throw new ProblemException(
          new Problem.Unavailable(
              edition.generation().model(),
              "The model was changed meanwhile.",
              Duration.ofSeconds(1)));
    }
    float[][] vectors = new float[portion.chunks().size()][];
    portion.vectors().forEach((place, vector) -> vectors[place] = vector);
    for (int i = 0; i < portion.asked().size(); i++) {
      vectors[portion.asked().get(i)] = answer.rows().get(i);
    }
    Void _ =
        editions
            .add(edition, madeBy.orElseThrow(), portion.from(), portion.chunks(), List.of(vectors))
            .await();
    return vectors.length;
  }

  private void recall(String model) {
    known = editions.searchable(edition, model).await();
  }

  private Map<Integer, float[]> known(List<String> texts) {
    Map<Integer, Integer> ordinals = new HashMap<>();
    for (int i = 0; i < texts.size() && !known.isEmpty(); i++) {
      Integer ordinal = known.get(md5(texts.get(i)));
      if (ordinal != null) {
        ordinals.put(i, ordinal);
      }
    }
    if (ordinals.isEmpty()) {
      return Map.of();
    }
    Map<Integer, float[]> there =
        editions
            .vectors(edition.document(), madeBy.orElseThrow(), List.copyOf(ordinals.values()))
            .await();
    ordinals.values().retainAll(there.keySet());
    Map<Integer, float[]> vectors = new HashMap<>();
    ordinals.forEach((place, ordinal) -> vectors.put(place, there.get(ordinal)));
    return vectors;
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
