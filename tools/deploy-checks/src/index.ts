export { isInRepository, readRepositoryFile, repositoryRoot } from './repository.js';
