package io.millrace.decoder;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a model was trained to read a conversation. A model's own template is a program in Jinja; it
 * is not run here, only recognised by the marks of its family.
 */
public enum ChatFormat {
  /** Qwen, SmolLM and many others. */
  CHATML("<|im_start|>") {
    @Override
    String turn(Turn turn) {
      return "<|im_start|>%s\n%s<|im_end|>\n".formatted(turn.role(), turn.content());
    }

    @Override
    String opening() {
      return "<|im_start|>assistant\n";
    }
  },
  /** Llama 3. */
  LLAMA3("<|start_header_id|>") {
    @Override
    String turn(Turn turn) {
      return "<|start_header_id|>%s<|end_header_id|>\n\n%s<|eot_id|>"
          .formatted(turn.role(), turn.content());
    }

    @Override
    String opening() {
      return "<|start_header_id|>assistant<|end_header_id|>\n\n";
    }
  },
  /** Gemma, which knows no system turn: it becomes one of the user. */
  GEMMA("<start_of_turn>") {
    @Override
    String turn(Turn turn) {
      String role = turn.role().equals("assistant") ? "model" : "user";
      return "<start_of_turn>%s\n%s<end_of_turn>\n".formatted(role, turn.content());
    }

    @Override
    String opening() {
      return "<start_of_turn>model\n";
    }
  },
  /** Phi 3. */
  PHI3("<|end|>") {
    @Override
    String turn(Turn turn) {
      return "<|%s|>\n%s<|end|>\n".formatted(turn.role(), turn.content());
    }

    @Override
    String opening() {
      return "<|assistant|>\n";
    }
  },
  /** Zephyr and TinyLlama. */
  ZEPHYR("<|user|>") {
    @Override
    String turn(Turn turn) {
      return "<|%s|>\n%s</s>\n".formatted(turn.role(), turn.content());
    }

    @Override
    String opening() {
      return "<|assistant|>\n";
    }
  },
  /** Mistral, which knows no system turn: it becomes one of the user. */
  MISTRAL("[INST]") {
    @Override
    String turn(Turn turn) {
      return turn.role().equals("assistant")
          ? " " + turn.content() + "</s>"
          : "[INST] " + turn.content() + " [/INST]";
    }

    @Override
    String opening() {
      return "";
    }
  };

  /** Stands for what a message says while the text around it is made. */
  private static final String CONTENT = "\0";

  private final String mark;

  ChatFormat(String mark) {
    this.mark = mark;
  }

  /**
   * One message of a conversation.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   */
  public record Turn(String role, String content) {}

  abstract String turn(Turn turn);

  /** What comes before the answer. */
  abstract String opening();

  /**
   * What the model continues when it answers {@code turns}, in pieces that become tokens each by
   * itself. It is cut within every special token that somebody spelled in a message, so that what
   * the message says stays text: it can neither end its turn nor begin another.
   */
  public List<String> prompt(List<Turn> turns, TokenBytes tokens) {
    List<String> marks = marks(turns, tokens);
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    for (Turn turn : turns) {
      String around = turn(new Turn(turn.role(), CONTENT));
      int content = around.indexOf(CONTENT);
      String after = around.substring(content + CONTENT.length());
      piece.append(around, 0, content);
      int begun = 0;
      for (int cut : cuts(turn.content(), after, marks)) {
        pieces.add(piece.append(turn.content(), begun, cut).toString());
        piece.setLength(0);
        begun = cut;
      }
      piece.append(turn.content(), begun, turn.content().length()).append(after);
    }
    pieces.add(piece.append(opening()).toString());
    return pieces;
  }

  /** What stands for something other than its letters: to all models, or in this format. */
  private List<String> marks(List<Turn> turns, TokenBytes tokens) {
    StringBuilder own = new StringBuilder(opening());
    turns.forEach(turn -> own.append(turn(new Turn(turn.role(), ""))));
    return tokens.added().stream()
        .filter(token -> token.special() || own.indexOf(token.spelling()) >= 0)
        .map(TokenBytes.Added::spelling)
        .filter(spelling -> spelling.codePointCount(0, spelling.length()) > 1)
        .toList();
  }

  /** Behind the first letter of each mark that begins in {@code content}, in order. */
  private static SortedSet<Integer> cuts(String content, String after, List<String> marks) {
    String text = content + after;
    SortedSet<Integer> cuts = new TreeSet<>();
    for (String mark : marks) {
      for (int at = text.indexOf(mark);
          at >= 0 && at < content.length();
          at = text.indexOf(mark, at + 1)) {
        cuts.add(text.offsetByCodePoints(at, 1));
      }
    }
    return cuts;
  }

  /** The format of the model in a Hugging Face directory; empty when it has none that is known. */
  public static Optional<ChatFormat> read(Path directory) throws IOException {
    Path file = directory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return of(Files.readString(file));
    }
    Path config = directory.resolve("tokenizer_config.json");
    return Files.exists(config)
        ? of(template(new JsonObject(Files.readString(config)).getValue("chat_template", "")))
        : Optional.empty();
  }

  private static String template(Object declared) {
    return switch (declared) {
      case String text -> text;
      case JsonArray several ->
          several.isEmpty() ? "" : several.getJsonObject(0).getString("template");
      default -> "";
    };
  }

  static Optional<ChatFormat> of(String template) {
    return Arrays.stream(values()).filter(format -> template.contains(format.mark)).findFirst();
  }
}
