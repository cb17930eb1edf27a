package io.millrace.inference;

import io.millrace.bus.Address;
import io.millrace.bus.BusMessage;
import io.millrace.decoder.ChatFormat;
import io.millrace.decoder.Sampling;
import java.util.List;

/**
 * Asks for the continuation of a text, or for the answer in a conversation. {@link Generations}
 * asks it and hears the text grow.
 *
 * @param model a name of the model catalogue
 * @param prompt what is continued; empty where there are messages
 * @param messages a conversation, in the order of its turns; empty where there is a prompt
 * @param tokensMax longest answer
 * @param stops texts that end the answer and are not part of it
 * @param id what {@link Cancel} calls this question, and each {@link Delta} of its answer
 * @param listener name of the address that is told each {@link Delta}; empty where nobody listens
 */
public record Generate(
    String model,
    String prompt,
    List<ChatFormat.Turn> messages,
    int tokensMax,
    Sampling sampling,
    List<String> stops,
    String id,
    String listener)
    implements ModelQuestion<Generate.Answer> {
  /** Copies the lists. */
  public Generate {
    messages = List.copyOf(messages);
    stops = List.copyOf(stops);
  }

  /** Where {@code model} is asked this. */
  public static Address<Generate, Answer> at(String model) {
    return new Address<>(ModelQuestion.address(model), Generate.class, Answer.class);
  }

  @Override
  public Class<Answer> answerType() {
    return Answer.class;
  }

  Generate heardBy(String otherListener) {
    return new Generate(model, prompt, messages, tokensMax, sampling, stops, id, otherListener);
  }

  static Address<Delta, Delta> deltas(String listener) {
    return new Address<>(listener, Delta.class, Delta.class);
  }

  /**
   * More of an answer's text. One may get lost or come after the answer, so it says where it goes.
   *
   * @param id that of the question
   * @param at where in the text it begins, in UTF-16 units
   */
  public record Delta(String id, int at, String text) implements BusMessage {}

  /**
   * The whole answer.
   *
   * @param model the version of the model that wrote it
   * @param finish {@code stop}, {@code length} or {@code cancelled}
   * @param promptTokens tokens read
   * @param completionTokens tokens written
   * @param queueMillis until it was its turn
   * @param firstTokenMillis until the first token was chosen
   * @param totalMillis until the end
   */
  public record Answer(
      String model,
      String text,
      String finish,
      int promptTokens,
      int completionTokens,
      long queueMillis,
      long firstTokenMillis,
      long totalMillis)
      implements BusMessage {
    /** Whether it was cut short because the asker, or the model, went away. */
    public boolean cutShort() {
      return finish.equals("cancelled");
    }
  }
}
