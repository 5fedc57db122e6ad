package dev.parley.trials;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The lines between modules, and round their pure parts. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleLinesTest {
  private static final String PROTOCOL = "dev.parley.protocol..";
  private static final String TURN_LOG = "dev.parley.turnlog..";
  private static final String PRODUCER = "dev.parley.producer..";
  private static final String DISPATCHER = "dev.parley.dispatcher..";
  private static final String ROUTER = "dev.parley.router..";
  private static final String STAND_IN = "dev.parley.standin..";
  private static final String CLI = "dev.parley.cli..";
  private static final String DEMO = "dev.parley.demo..";
  private static final String TRIALS = "dev.parley.trials..";

  private static final String[] PURE = {
    PROTOCOL, "dev.parley.dispatcher.flow..", "dev.parley.router.queue.."
  };

  private static ArchRule only(String module, String... mayUse) {
    return noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.parley..")
                .and(not(resideInAPackage(module)))
                .and(not(resideInAnyPackage(mayUse))))
        .allowEmptyShould(true);
  }

  @ArchTest static final ArchRule protocolKnowsNoOther = only(PROTOCOL);
  @ArchTest static final ArchRule turnLogKnowsTheProtocol = only(TURN_LOG, PROTOCOL);
  @ArchTest static final ArchRule producerKnowsNoOtherApp = only(PRODUCER, PROTOCOL, TURN_LOG);
  @ArchTest static final ArchRule dispatcherKnowsNoOtherApp = only(DISPATCHER, PROTOCOL, TURN_LOG);
  @ArchTest static final ArchRule routerKnowsNoOtherApp = only(ROUTER, PROTOCOL, TURN_LOG);
  @ArchTest static final ArchRule standInReadsCicForItself = only(STAND_IN);

  @ArchTest
  static final ArchRule cliKnowsTheApps =
      only(CLI, PROTOCOL, TURN_LOG, PRODUCER, DISPATCHER, ROUTER);

  @ArchTest
  static final ArchRule onlyTheTrialsKnowTheDemo =
      noClasses()
          .that()
          .resideOutsideOfPackages(DEMO, TRIALS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DEMO);

  @ArchTest
  static final ArchRule nobodyKnowsTheTrials =
      noClasses()
          .that()
          .resideOutsideOfPackage(TRIALS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TRIALS);

  @ArchTest
  static final ArchRule onlyTheDispatchersCicUsesOkHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.parley.dispatcher.cic..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..");

  @ArchTest
  static final ArchRule onlyTheStandInUsesNetty =
      noClasses()
          .that()
          .resideOutsideOfPackage(STAND_IN)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule onlyTheDemoRunsABroker =
      noClasses()
          .that()
          .resideOutsideOfPackage(DEMO)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..");

  @ArchTest
  static final ArchRule purePartsKnowNoKafkaNoHttpAndNoMetrics =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "org.eclipse.jetty..",
              "okhttp3..",
              "java.net.http..",
              "java.nio.channels..",
              "io.micrometer..",
              "org.slf4j..");

  @ArchTest
  static final ArchRule purePartsStartNoThreads =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName(Thread.class.getName())
          .orShould()
          .dependOnClassesThat(
              resideInAPackage("java.util.concurrent..")
                  .and(not(resideInAPackage("java.util.concurrent.atomic.."))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule purePartsAreToldTheTime =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.time.Clock.class, "systemUTC")
          .orShould()
          .callMethod(java.time.Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule partsDoNotGoInCircles =
      slices().matching("dev.parley.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyMainEndsTheProcess =
      noClasses()
          .that()
          .doNotHaveSimpleName("Main")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses()
          .should()
          .callMethodWhere(
              JavaAccess.Predicates.target(
                      com.tngtech.archunit.core.domain.properties.HasName.Predicates.name("sleep"))
                  .and(
                      JavaAccess.Predicates.targetOwner(
                          com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(
                              Thread.class.getName()))));

  @ArchTest
  static final ArchRule everyPackageIsNullMarked = classes().should(resideInANullMarkedPackage());

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package marked @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(
              SimpleConditionEvent.violated(
                  item, item.getPackageName() + " has no @NullMarked package-info.java"));
        }
      }
    };
  }
}
