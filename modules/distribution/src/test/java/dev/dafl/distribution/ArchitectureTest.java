package dev.dafl.distribution;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of the house plan. */
class ArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.dafl");

    @ParameterizedTest
    @CsvSource({
        "dev.dafl.libtorch, 10",
        "dev.dafl.mpi, 4",
        "dev.dafl.tensor, 35",
        "dev.dafl.onnx, 40",
        "dev.dafl.spi, 12",
        "dev.dafl.workspace, 6",
        "dev.dafl.kernel, 15",
        "dev.dafl.engine, 50",
        "dev.dafl.host, 4",
        "dev.dafl.model, 3",
        "dev.dafl.server, 30",
        "dev.dafl.cli, 12",
        "dev.dafl.plugins, 15"
    })
    void theRulesSeeEveryRoom(String room, int atLeast) {
        long seen =
                ALL.stream().filter(c -> c.getPackageName().startsWith(room)).count();
        assertTrue(seen >= atLeast, room + ": " + seen + " classes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dev.dafl.libtorch.. | dev.dafl.libtorch..
            dev.dafl.mpi..      | dev.dafl.mpi..
            dev.dafl.tensor..   | dev.dafl.libtorch.. dev.dafl.mpi.. dev.dafl.tensor..
            dev.dafl.onnx..     | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.onnx..
            dev.dafl.spi        | dev.dafl.tensor.. dev.dafl.spi
            dev.dafl.workspace.. | dev.dafl.tensor.. dev.dafl.spi dev.dafl.workspace..
            dev.dafl.spi.test.. | dev.dafl.tensor.. dev.dafl.spi.. dev.dafl.workspace..
            dev.dafl.kernel..   | dev.dafl.kernel..
            dev.dafl.engine..   | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.spi dev.dafl.onnx.. dev.dafl.workspace.. dev.dafl.engine..
            dev.dafl.benchmarks.. | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.spi.. dev.dafl.engine.. dev.dafl.benchmarks..
            dev.dafl.host..     | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.spi.. dev.dafl.kernel.. dev.dafl.engine.. dev.dafl.host..
            dev.dafl.model..    | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.spi.. dev.dafl.engine.. dev.dafl.host.. dev.dafl.model..
            dev.dafl.server..   | dev.dafl.libtorch.. dev.dafl.tensor.. dev.dafl.spi.. dev.dafl.kernel.. dev.dafl.engine.. dev.dafl.host.. dev.dafl.server..
            dev.dafl.plugins..  | dev.dafl.tensor.. dev.dafl.onnx.. dev.dafl.spi.. dev.dafl.plugins..
            """)
    void aRoomSeesOnlyTheRoomsBelowIt(String room, String below) {
        classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(below.split(" "))
                        .or(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("dev.dafl.."))))
                .check(ALL);
    }

    @Test
    void onlyTheBindingsAndThoseWhoHandOverMemoryOrMapFilesTouchNativeMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.dafl.libtorch..", "dev.dafl.mpi..")
                .and()
                .haveNameNotMatching("dev\\.dafl\\.tensor\\.(Tensor|MpiRanks.*)")
                .and()
                .resideOutsideOfPackages(
                        "dev.dafl.tensor.files..",
                        "dev.dafl.tensor.pickle..",
                        "dev.dafl.tensor.safetensors..",
                        "dev.dafl.tensor.torch..",
                        "dev.dafl.tensor.weights..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(ALL);
    }

    @Test
    void onlyTheKernelKnowsOsgi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.dafl.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.osgi.framework..", "org.apache.felix..")
                .check(ALL);
    }

    @Test
    void pluginsDoNotSeeEachOther() {
        slices().matching("dev.dafl.plugins.(*)..")
                .should()
                .notDependOnEachOther()
                .check(ALL);
    }

    @Test
    void noCyclesBetweenPackages() {
        slices().matching("dev.dafl.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void noStaticStateOutsideTheNativeLibrary() {
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("dev.dafl.libtorch..")
                .and()
                .haveNameNotMatching("\\$.*")
                .and()
                // The protocol compiler's.
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("dev.dafl.onnx.proto..")
                .should()
                .haveModifier(JavaModifier.STATIC)
                .andShould()
                .notHaveModifier(JavaModifier.FINAL)
                .check(ALL);
    }
}
