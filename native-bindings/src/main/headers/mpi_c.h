// Every C function of MPI that dafl binds: the contract between mpi_c_h.java and whichever MPI has started the process.
//
// Communicators, datatypes and operations are what an implementation makes of them: in Open MPI the addresses of exported
// objects, in MPICH and its relatives numbers. Here they are words of the width of an address, which the C ABIs of x86-64 and
// AArch64 hand over in the same register either way.
//
// A call returns 0 when it worked; the errors of a communicator end all processes unless its handler is another.
#include <stdint.h>

typedef intptr_t MPI_Comm;
typedef intptr_t MPI_Datatype;
typedef intptr_t MPI_Op;

int32_t MPI_Initialized(int32_t* flag);
int32_t MPI_Init_thread(int32_t* argc, char*** argv, int32_t required, int32_t* provided);
int32_t MPI_Finalize(void);
int32_t MPI_Abort(MPI_Comm comm, int32_t errorcode);
int32_t MPI_Get_library_version(char* version, int32_t* resultlen);

int32_t MPI_Comm_rank(MPI_Comm comm, int32_t* rank);
int32_t MPI_Comm_size(MPI_Comm comm, int32_t* size);

int32_t MPI_Barrier(MPI_Comm comm);
int32_t MPI_Bcast(void* buffer, int32_t count, MPI_Datatype datatype, int32_t root, MPI_Comm comm);
int32_t MPI_Allgather(const void* sendbuf, int32_t sendcount, MPI_Datatype sendtype, void* recvbuf, int32_t recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int32_t MPI_Allreduce(const void* sendbuf, void* recvbuf, int32_t count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
