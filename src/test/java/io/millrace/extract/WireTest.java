package io.millrace.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.extract.Extraction.Heading;
import io.millrace.problem.Problem.Unreadable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WireTest {
  private static final Limits LIMITS = new Limits(1_000, 1_000, 10, 1_000);
  private static final Extraction EXTRACTION =
      new Extraction(
          "text/plain",
          "Title",
          "Мельница\n\n𝒳 words",
          List.of(new Heading(1, 0, 8)),
          List.of(0, 10, 10),
          "notice");

  @Test
  void anAnswerComesBackAsItWasSent() throws IOException {
    var refused = new Wire.Answer.Refused(new Unreadable(Unreadable.Reason.SCANNED, "Scanned: x"));

    assertThat(Wire.readAnswer(in(sent(EXTRACTION)), LIMITS))
        .isEqualTo(new Wire.Answer.Text(EXTRACTION));
    var out = new ByteArrayOutputStream();
    Wire.write(out, refused);
    assertThat(Wire.readAnswer(in(out.toByteArray()), LIMITS)).isEqualTo(refused);
  }

  @Test
  void whatThereIsOfAnEmailComesBackAsItWasSent() throws IOException {
    var soFar = new Wire.Answer.SoFar(Optional.of(EXTRACTION), 3, 4);
    var out = new ByteArrayOutputStream();

    Wire.write(out, soFar);

    assertThat(Wire.readAnswer(in(out.toByteArray()), LIMITS)).isEqualTo(soFar);
    byte[] negative = out.toByteArray();
    negative[5] = (byte) 0xFF;
    assertRefused(negative);
  }

  @Test
  void aRequestArrivesWithWhatIsToBeSkipped() throws IOException {
    var request =
        new Wire.Request("/in", "мельница.eml", "message/rfc822", List.of())
            .without(new Wire.Skipped(2, "Crashed: x"))
            .without(new Wire.Skipped(7, "Crashed: y"));
    var out = new ByteArrayOutputStream();

    Wire.write(out, request);

    assertThat(Wire.readRequest(in(out.toByteArray()))).isEqualTo(request);
  }

  @Test
  void whatAChildMakesUpIsNoAnswer() throws IOException {
    assertRefused(new byte[0]);
    assertRefused(new byte[] {0x7F, -1, -1, -1, 'T'});
    assertRefused(new byte[] {-1, -1, -1, -1, 'T'});
    assertRefused(new byte[] {0, 0, 0, 1, 'Q'});
    assertRefused(frame("text \0 with NUL", 0, 4, 0));
    assertRefused(frame("heading", 0, 8, 0));
    assertRefused(frame("heading", -1, 4, 0));
    assertRefused(frame("heading", 4, 4, 0));
    assertRefused(frame("page", 0, 4, 5));
    assertRefused(frame("x".repeat(3_001), 0, 4, 0));
    assertThat(Wire.readAnswer(in(frame("sound", 0, 4, 5)), LIMITS)).isNotNull();
  }

  @Test
  void spoiltAnswersAreRefusedOrSound() throws IOException {
    long seed = 20261121;
    var random = new Random(seed);
    byte[] sent = sent(EXTRACTION);
    for (int round = 0; round < 2_000; round++) {
      byte[] spoilt = sent.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(Wire.readAnswer(in(spoilt), LIMITS)).as("seed " + seed).isNotNull();
      } catch (IOException refused) {
        assertThat(refused).as("seed %d, round %d", seed, round).isNotNull();
      }
    }
  }

  @Test
  void aCharacterIsOnTheLastPageThatBeginsBeforeIt() {
    assertThat(EXTRACTION.page(0)).isEqualTo(1);
    assertThat(EXTRACTION.page(9)).isEqualTo(1);
    assertThat(EXTRACTION.page(10)).isEqualTo(3);
    assertThat(EXTRACTION.page(15)).isEqualTo(3);
    assertThat(Extraction.plain("text/plain", "words").page(2)).isZero();
  }

  private static byte[] sent(Extraction extraction) throws IOException {
    var out = new ByteArrayOutputStream();
    Wire.write(out, new Wire.Answer.Text(extraction));
    return out.toByteArray();
  }

  /** An answer with one heading and one page, which nobody checked. */
  private static byte[] frame(String text, int headingStart, int headingEnd, int page)
      throws IOException {
    var body = new ByteArrayOutputStream();
    var data = new DataOutputStream(body);
    data.writeByte('T');
    for (String string : new String[] {"text/plain", "", "", text}) {
      byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
      data.writeInt(bytes.length);
      data.write(bytes);
    }
    for (int number : new int[] {1, 1, headingStart, headingEnd, 1, page}) {
      data.writeInt(number);
    }
    var frame = new ByteArrayOutputStream();
    new DataOutputStream(frame).writeInt(body.size());
    body.writeTo(frame);
    return frame.toByteArray();
  }

  private static void assertRefused(byte[] answer) {
    assertThatThrownBy(() -> Wire.readAnswer(in(answer), LIMITS)).isInstanceOf(IOException.class);
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }
}
