package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuestionTest {
  @Test
  void quotedWordsArePhrasesWhateverTheQuotes() {
    Question question = Question.of("how \"exactly once\" and «ровно один» “once more” end");

    assertThat(question.phrases()).containsExactly("exactly once", "ровно один", "once more");
    assertThat(question.loose().split("\\s+")).containsExactly("how", "and", "end");
  }

  @Test
  void aLonelyQuotationMarkIsJustText() {
    Question question = Question.of("a 5\" pipe");

    assertThat(question.phrases()).isEmpty();
    assertThat(question.plain()).isEqualTo("a 5\" pipe");
  }

  @Test
  void whatAModelReadsHoldsNoQuotationMarks() {
    assertThat(Question.of("find \"the wheel\"").plain()).isEqualTo("find the wheel");
    assertThat(Question.of("\"\"").plain()).isEmpty();
  }

  @Test
  void theShareOfCyrillicCountsLettersAlone() {
    assertThat(Question.of("вода 123 !!").cyrillicShare()).isEqualTo(1);
    assertThat(Question.of("water вода").cyrillicShare()).isCloseTo(4 / 9.0, within(1e-12));
    assertThat(Question.of("42").cyrillicShare()).isZero();
  }

  @Test
  void anEndlessQuestionIsCut() {
    Question question = Question.of("word ".repeat(100_000));

    assertThat(question.plain().length()).isLessThanOrEqualTo(Question.LENGTH_MAX);
  }
}
